import type { Clock } from '../../lib/clock.js';
import { createExpiring } from '../../lib/collections/expiring.js';
import type { Index, Item } from '../../lib/collections/types.js';
import type { AuthorizationCode, Flow, PushedRequest, RefreshToken, Revocation, Session, Trace, UserCode } from '../model/lifetimes.js';
import type { BackchannelRequest, DeviceAuthorization } from '../model/polled-grants.js';
import type { CollectionFactory } from './factory.js';
import { indexes } from './indexes.js';
import type { Store } from './types.js';

/** Creates a value on first use. */
function onDemand<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export interface StoreCaps {
  /** How many items a collection with a lifetime holds; where there are more, those that would end first make room. */
  readonly cap?: number;
  /** The same for revocations: they are small, and a token is valid again when its revocation is forgotten. */
  readonly revocationCap?: number;
}

/** What one environment holds at most is about 2 kB each: only the newest are likely to be needed. */
const defaultCap = 10_000;
const defaultRevocationCap = 100_000;

/** The store of one environment. */
export function createStore(
  factory: CollectionFactory,
  environmentId: string,
  clock: Clock,
  { cap = defaultCap, revocationCap = defaultRevocationCap }: StoreCaps = {},
): Store {
  const kept = Object.fromEntries(
    Object.entries(indexes).map(([name, of]) => [name, factory.collection(environmentId, name, of as readonly Index<Item>[])]),
  ) as unknown as Pick<Store, keyof typeof indexes>;
  // Created on demand: most environments of tests use few of them, and must be cheap.
  const flows = onDemand(() => createExpiring<Flow>({ clock, cap }));
  const codes = onDemand(() => createExpiring<AuthorizationCode>({ clock, cap }));
  const pushedRequests = onDemand(() => createExpiring<PushedRequest>({ clock, cap }));
  const traces = onDemand(() => createExpiring<Trace>({ clock, cap }));
  const sessions = onDemand(() =>
    createExpiring<Session>({
      clock,
      cap,
      indexes: [
        { name: 'token', of: ({ token }) => token },
        { name: 'userId', of: ({ userId }) => userId },
      ],
    }),
  );
  const refreshTokens = onDemand(() =>
    createExpiring<RefreshToken>({
      clock,
      cap,
      indexes: [
        { name: 'familyId', of: ({ familyId }) => familyId },
        { name: 'sessionId', of: ({ authentication }) => authentication.sessionId },
      ],
    }),
  );
  const revocations = onDemand(() => createExpiring<Revocation>({ clock, cap: revocationCap }));
  const userCodes = onDemand(() => createExpiring<UserCode>({ clock, cap }));
  const deviceAuthorizations = onDemand(() =>
    createExpiring<DeviceAuthorization>({ clock, cap, indexes: [{ name: 'userCode', of: ({ userCode }) => userCode, unique: true }] }),
  );
  const backchannelRequests = onDemand(() => createExpiring<BackchannelRequest>({ clock, cap }));
  return {
    ...kept,
    get flows() {
      return flows();
    },
    get codes() {
      return codes();
    },
    get pushedRequests() {
      return pushedRequests();
    },
    get traces() {
      return traces();
    },
    get sessions() {
      return sessions();
    },
    get refreshTokens() {
      return refreshTokens();
    },
    get revocations() {
      return revocations();
    },
    get userCodes() {
      return userCodes();
    },
    get deviceAuthorizations() {
      return deviceAuthorizations();
    },
    get backchannelRequests() {
      return backchannelRequests();
    },
  };
}
