import t from 'tap';
import type { Exchange } from '../../../src/environment/journal/exchange.js';
import { createJournalBudget } from '../../../src/environment/journal/request-journal.js';
import { createOwnRequests } from '../../../src/environment/shared/journal/own-requests.js';

const exchange = (id: string): Exchange => ({ id, at: 0, method: 'GET', url: '/', headers: {} });

/** Where an entry is that comes after this replica's entry of that turn. */
const position = (number: number, turn: number, isOwn: boolean) => ({ number, turn, isOwn, isAfter: (own: number) => own <= turn });

t.test('requests of this replica are known until they are read back, or deleted by a later entry', async (t) => {
  const own = createOwnRequests(createJournalBudget());
  const ids = () => own.list().map(({ id }) => id);
  for (const [at, id] of ['a', 'b', 'c'].entries()) {
    own.add(exchange(id));
    own.sent(at + 1);
  }
  own.add(exchange('d'));
  t.same(ids(), ['a', 'b', 'c', 'd']);
  own.read(position(1, 1, true), false);
  t.same(ids(), ['b', 'c', 'd']);
  own.read(position(2, 2, false), true);
  t.same(ids(), ['c', 'd'], 'what another one deletes before it stays');
  own.clear();
  t.same(ids(), []);
});

t.test('requests that are never read back are bounded in number, and in memory with those of all journals', async (t) => {
  const own = createOwnRequests(createJournalBudget(10_000));
  for (let number = 1; number <= 5000; number += 1) {
    own.add(exchange(`${number}`));
    own.sent(number);
  }
  t.ok(own.list().length <= 2000);
  t.equal(own.list().at(-1)?.id, '5000');

  const small = createOwnRequests(createJournalBudget(10_000));
  for (let number = 1; number <= 20; number += 1) {
    const one = { ...exchange(`${number}`), body: 'x'.repeat(1000) };
    small.add(one);
    small.keep(one);
    small.sent(number);
  }
  t.ok(small.list().length <= 4, 'the oldest are evicted');
});
