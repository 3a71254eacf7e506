import t from 'tap';
import { createStore } from '../../../src/environment/store/create-store.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import type { Store } from '../../../src/environment/store/types.js';
import { createClock } from '../../../src/lib/clock.js';
import type { Expiring, Item } from '../../../src/lib/collections/types.js';

t.test('every collection with a lifetime is bounded, and those that would end first make room', async (t) => {
  const clock = createClock();
  clock.freeze(0);
  const store = createStore(memoryFactory(), 'one', clock, { cap: 3, revocationCap: 4 });
  const names = Object.keys(store).filter((name) => !('page' in store[name as keyof Store]));
  t.same(names, [
    'flows',
    'externalSignOns',
    'codes',
    'pushedRequests',
    'codeTraces',
    'traces',
    'sessions',
    'sessionRecords',
    'refreshTokens',
    'revocations',
    'userCodes',
    'wrongUserCodes',
    'deviceAuthentications',
    'pushRequests',
    'pairingKeys',
    'deviceAuthorizations',
    'backchannelRequests',
  ]);
  for (const name of names) {
    const collection = store[name as keyof Store] as unknown as Expiring<Item>;
    // With what the indexes of some of them read.
    for (let number = 0; number < 10; number += 1) {
      const id = `i${number}`;
      await collection.put(
        {
          id,
          token: id,
          userId: 'u',
          familyId: 'f',
          userCode: id,
          code: id,
          user: { id: 'u' },
          authentication: { sessionId: 's' },
        } as Item,
        1000 + number,
      );
    }
    const left = name === 'revocations' ? ['i6', 'i7', 'i8', 'i9'] : ['i7', 'i8', 'i9'];
    t.same(
      (await collection.list()).map(({ id }) => id),
      left,
      name,
    );
  }
});
