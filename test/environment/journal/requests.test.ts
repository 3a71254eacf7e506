import t from 'tap';
import type { Exchange } from '../../../src/environment/journal/exchange.js';
import { createJournalBudget, createRequestJournal } from '../../../src/environment/journal/request-journal.js';

const exchange = (id: string, body: string, transactionId?: string): Exchange => ({
  id,
  transactionId,
  at: 0,
  method: 'POST',
  url: '/x',
  headers: { 'x-y': 'z' },
  body,
  answer: { status: 200, headers: {}, body, tookMilliseconds: 1 },
});
const large = 'x'.repeat(50_000);

t.test('the journals of all environments share one bound in bytes', async (t) => {
  const budget = createJournalBudget(1_000_000);
  const journals = Array.from({ length: 20 }, () => createRequestJournal(budget));
  const kept: Exchange[] = [];
  for (let round = 0; round < 10; round += 1)
    for (const [at, journal] of journals.entries()) {
      const made = exchange(`${round}-${at}`, large, 'transaction');
      kept.push(made);
      journal.add(made);
    }
  const left = journals.flatMap((journal) => journal.list().map(({ id }) => id));
  t.same(left.sort(), ['9-11', '9-12', '9-13', '9-14', '9-15', '9-16', '9-17', '9-18', '9-19'], 'the newest, whosever they are');
  t.equal(
    journals.reduce((sum, { size }) => sum + size, 0),
    9,
  );
  const bytes = kept.reduce((sum, { body = '', answer }) => sum + body.length + (answer?.body?.length ?? 0), 0);
  t.ok(bytes < 1_000_000 + 200 * 9000, 'what a transaction still remembers of the others is short');
  t.match(kept[0]?.body, /… \(forgotten: 50000 characters in all\)$/);

  const huge = exchange('huge', 'x'.repeat(2_000_000));
  journals[0]?.add(huge);
  t.same(journals[0]?.list(), [huge], 'the newest stays, however large');
  journals[0]?.clear();
  for (let number = 0; number < 5000; number += 1) journals[1]?.add(exchange(`${number}`, 'short'));
  t.ok((journals[1]?.list().length ?? 0) > 300, 'what was cleared takes no room');
});

t.test('a single journal holds a bounded number of requests', async (t) => {
  const journal = createRequestJournal(undefined, 3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) journal.add(exchange(id, 'short'));
  t.same(
    journal.list().map(({ id }) => id),
    ['c', 'd', 'e'],
  );
});
