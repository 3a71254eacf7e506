import type { Clock } from '../core/clock.js';
import type { Index, Item } from './collection.js';
import { createExpiring } from './expiring.js';
import type { CollectionFactory } from './factory.js';
import { indexes } from './indexes.js';
import type { Store } from './store.js';

/** The store of one environment. */
export function createStore(factory: CollectionFactory, environmentId: string, clock: Clock): Store {
  const kept = Object.fromEntries(
    Object.entries(indexes).map(([name, of]) => [name, factory.collection(environmentId, name, of as readonly Index<Item>[])]),
  ) as unknown as Pick<Store, keyof typeof indexes>;
  return {
    ...kept,
    flows: createExpiring({ clock }),
    codes: createExpiring({ clock }),
    pushedRequests: createExpiring({ clock }),
    // Two of them a flow, for more than an hour: the newest are those that somebody asks about.
    traces: createExpiring({ clock, cap: 10_000 }),
    sessions: createExpiring({
      clock,
      indexes: [
        { name: 'token', of: ({ token }) => token },
        { name: 'userId', of: ({ userId }) => userId },
      ],
    }),
    refreshTokens: createExpiring({
      clock,
      indexes: [
        { name: 'familyId', of: ({ familyId }) => familyId },
        { name: 'sessionId', of: ({ authentication }) => authentication.sessionId },
      ],
    }),
    revocations: createExpiring({ clock }),
    userCodes: createExpiring({ clock }),
    deviceAuthorizations: createExpiring({ clock, indexes: [{ name: 'userCode', of: ({ userCode }) => userCode, unique: true }] }),
    backchannelRequests: createExpiring({ clock }),
  };
}
