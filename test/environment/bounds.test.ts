import t from 'tap';
import { createClaimsRules } from '../../src/environment/faults/claims-rules.js';
import { createHooks } from '../../src/environment/faults/hooks.js';
import { createFaults } from '../../src/environment/faults/registry.js';
import { createHostMismatchWarning } from '../../src/environment/journal/host-mismatch.js';
import { createTransactionEvents } from '../../src/environment/journal/transaction-events.js';
import { createTransactions } from '../../src/environment/journal/transactions.js';
import { createUnlistedWarning } from '../../src/server/cors.js';

/** What an environment remembers beside its collections (store/create-store.test.ts) and its journals (journal/). */

const counting = () => {
  let count = 0;
  return () => {
    count += 1;
    return String(count);
  };
};
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

t.test('transactions, their steps and their events are bounded, the newest stay', async (t) => {
  const transactions = createTransactions({ environmentId: 'e', now: () => 0, newId: counting(), capacity: 3 });
  const events = createTransactionEvents(3);
  transactions.subscribe(events.push);
  for (let number = 0; number < 10; number += 1) {
    const transaction = transactions.start({ application: undefined });
    for (let step = 0; step < 150; step += 1) transactions.step(transaction, { kind: 'refresh', ok: true, title: '', checks: [] });
    t.equal(transaction.steps.length, 100);
    t.same(
      transaction.steps.slice(19, 21).map(({ n }) => n),
      [20, 71],
      'the first steps stay as well',
    );
  }
  t.same(ids(transactions.list()), ['8', '9', '10']);
  t.same(
    events.since(0).map(({ number }) => number),
    [1498, 1499, 1500],
  );
});

t.test('faults and rules are bounded, and the oldest takes no effect any more', async (t) => {
  const faults = createFaults(counting(), 3);
  for (let number = 0; number < 10; number += 1) await faults.add({ status: 503 });
  t.same(ids(faults.list()), ['8', '9', '10']);
  const hooks = createHooks();
  const rules = createClaimsRules(hooks, counting(), 3);
  for (let number = 0; number < 10; number += 1) await rules.add({ on: 'token', set: { number } });
  t.same(ids(rules.list()), ['8', '9', '10']);
  await rules.clear();
  t.equal(hooks.active, false, 'no hook is left behind');
});

t.test('pairs of host names that were warned of are bounded', async (t) => {
  const lines: unknown[] = [];
  const warn = createHostMismatchWarning({ warn: (...line: unknown[]) => void lines.push(line) }, 3);
  for (let number = 0; number < 10; number += 1) warn('http://a.test/x', `http://b${number}.test/x`);
  t.equal(lines.length, 3);
});

t.test('origins that were warned of are bounded, and each is warned of once', async (t) => {
  const lines: { origin: string }[] = [];
  const warn = createUnlistedWarning({ warn: (line: unknown) => void lines.push(line as { origin: string }) }, 3);
  for (let number = 0; number < 20; number += 1) warn({ id: 'a', name: 'A' }, `http://p${Math.floor(number / 2)}.test`);
  t.same(
    lines.map(({ origin }) => origin),
    ['http://p0.test', 'http://p1.test', 'http://p2.test'],
  );
});
