import type { Clock } from '../../lib/clock.js';
import type { Expiring, Index, Item } from '../../lib/collections/types.js';
import { countOrigins } from '../application-origins.js';
import { trackDomains } from '../custom-domains.js';
import type {
  AuthorizationCode,
  ExternalSignOn,
  Flow,
  PushedRequest,
  RefreshToken,
  Revocation,
  Session,
  SessionRecord,
  Trace,
  UserCode,
  WrongUserCodes,
} from '../model/lifetimes.js';
import type { PairingKey } from '../model/mfa.js';
import type { BackchannelRequest, DeviceAuthorization } from '../model/polled-grants.js';
import type { DeviceAuthentication, PushRequest } from '../model/second-factor.js';
import type { CollectionFactory } from './factory.js';
import { indexes } from './indexes.js';
import type { ConfigurationState, Store } from './types.js';

export interface StoreCaps {
  /** How many items a collection with a lifetime holds; where there are more, those that would end first make room. */
  readonly cap?: number;
  /** The same for revocations: they are small, and a token is valid again when its revocation is forgotten. */
  readonly revocationCap?: number;
}

/** The most that one environment holds, at about 2 kB each: only the newest are likely to be needed. */
const defaultCap = 10_000;
const defaultRevocationCap = 100_000;

/** What belongs to individual users and changes as they sign on, so it is not configuration. */
const ofUsers: ReadonlySet<string> = new Set([
  'users',
  'passwords',
  'memberships',
  'devices',
  'deviceSecrets',
  'linkedAccounts',
  'agreementConsents',
  'applicationRoleAssignments',
] satisfies (keyof typeof indexes)[]);

/** Whether a collection belongs to individual users, of whom there may be very many. */
export const isOfUsers = (name: string): boolean => ofUsers.has(name);

/** Counts the changes of the configuration from every source: the management API, a reset, a write that is undone. */
function watchConfiguration(collections: Pick<Store, keyof typeof indexes>): ConfigurationState {
  const state = { version: 0 };
  for (const [name, collection] of Object.entries(collections))
    if (!isOfUsers(name))
      collection.onChange(() => {
        state.version += 1;
      });
  return state;
}

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
  const expiring = <T extends Item>(name: string, limit: number, indexed: readonly Index<T>[] = []): Expiring<T> =>
    factory.expiring(environmentId, name, { clock, cap: limit, indexes: indexed });
  const late: {
    readonly [Name in Exclude<
      keyof Store,
      keyof typeof indexes | 'configuration' | 'applicationOrigins' | 'activeDomains'
    >]: () => Store[Name];
  } = {
    flows: () => expiring<Flow>('flows', cap),
    externalSignOns: () => expiring<ExternalSignOn>('externalSignOns', cap),
    codes: () => expiring<AuthorizationCode>('codes', cap),
    pushedRequests: () => expiring<PushedRequest>('pushedRequests', cap),
    codeTraces: () => expiring<Trace>('codeTraces', cap),
    traces: () => expiring<Trace>('traces', cap),
    sessions: () =>
      expiring<Session>('sessions', cap, [
        { name: 'token', of: ({ token }) => token },
        { name: 'userId', of: ({ userId }) => userId },
      ]),
    sessionRecords: () =>
      expiring<SessionRecord>('sessionRecords', cap, [
        { name: 'token', of: ({ token }) => token },
        { name: 'userId', of: ({ userId }) => userId },
      ]),
    refreshTokens: () =>
      expiring<RefreshToken>('refreshTokens', cap, [
        { name: 'familyId', of: ({ familyId }) => familyId },
        { name: 'sessionId', of: ({ authentication }) => authentication.sessionId },
      ]),
    revocations: () => expiring<Revocation>('revocations', revocationCap),
    userCodes: () => expiring<UserCode>('userCodes', cap),
    wrongUserCodes: () => expiring<WrongUserCodes>('wrongUserCodes', cap),
    deviceAuthentications: () => expiring<DeviceAuthentication>('deviceAuthentications', cap),
    pushRequests: () => expiring<PushRequest>('pushRequests', cap, [{ name: 'userId', of: ({ userId }) => userId }]),
    pairingKeys: () =>
      expiring<PairingKey>('pairingKeys', cap, [
        { name: 'user.id', of: ({ user }) => user.id },
        { name: 'code', of: ({ code }) => code },
      ]),
    deviceAuthorizations: () =>
      expiring<DeviceAuthorization>('deviceAuthorizations', cap, [{ name: 'userCode', of: ({ userCode }) => userCode, unique: true }]),
    backchannelRequests: () => expiring<BackchannelRequest>('backchannelRequests', cap),
  };
  const store = { ...kept } as Store;
  // Not among the collections, which a reset goes through.
  Object.defineProperty(store, 'configuration', { value: watchConfiguration(kept) });
  Object.defineProperty(store, 'applicationOrigins', { value: countOrigins(kept.applications) });
  Object.defineProperty(store, 'activeDomains', { value: trackDomains(kept.customDomains) });
  // Created on first use: most environments of tests use few of them, and must be cheap.
  for (const [name, create] of Object.entries(late))
    Object.defineProperty(store, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = create();
        Object.defineProperty(store, name, { value, enumerable: true });
        return value;
      },
    });
  return store;
}
