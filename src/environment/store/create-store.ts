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

/** The store of one environment. */
export function createStore(factory: CollectionFactory, environmentId: string, clock: Clock): Store {
  const kept = Object.fromEntries(
    Object.entries(indexes).map(([name, of]) => [name, factory.collection(environmentId, name, of as readonly Index<Item>[])]),
  ) as unknown as Pick<Store, keyof typeof indexes>;
  // Created on demand: most environments of tests use few of them, and must be cheap.
  const flows = onDemand(() => createExpiring<Flow>({ clock }));
  const codes = onDemand(() => createExpiring<AuthorizationCode>({ clock }));
  const pushedRequests = onDemand(() => createExpiring<PushedRequest>({ clock }));
  // Two a flow, for more than an hour: capped, since only the newest are likely to be needed.
  const traces = onDemand(() => createExpiring<Trace>({ clock, cap: 10_000 }));
  const sessions = onDemand(() =>
    createExpiring<Session>({
      clock,
      indexes: [
        { name: 'token', of: ({ token }) => token },
        { name: 'userId', of: ({ userId }) => userId },
      ],
    }),
  );
  const refreshTokens = onDemand(() =>
    createExpiring<RefreshToken>({
      clock,
      indexes: [
        { name: 'familyId', of: ({ familyId }) => familyId },
        { name: 'sessionId', of: ({ authentication }) => authentication.sessionId },
      ],
    }),
  );
  const revocations = onDemand(() => createExpiring<Revocation>({ clock }));
  const userCodes = onDemand(() => createExpiring<UserCode>({ clock }));
  const deviceAuthorizations = onDemand(() =>
    createExpiring<DeviceAuthorization>({ clock, indexes: [{ name: 'userCode', of: ({ userCode }) => userCode, unique: true }] }),
  );
  const backchannelRequests = onDemand(() => createExpiring<BackchannelRequest>({ clock }));
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
