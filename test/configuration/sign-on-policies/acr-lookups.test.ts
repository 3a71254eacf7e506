import t from 'tap';
import { namedPolicies, unassignedName } from '../../../src/configuration/sign-on-policies/in-force.js';
import { counted } from '../../helpers/counted.js';

/** Work that grows with the product of what is asked for and what is assigned is counted, not timed. */

const named = (names: readonly string[]) => names.map((name) => ({ name }));

t.test('acr_values choose policies in their own order, each once, and those that are not assigned are left out', async (t) => {
  const policies = named(['Single', 'Multi', 'Strong']);
  t.same(namedPolicies(policies, ['Strong', 'Other', 'Single', 'Strong']), named(['Strong', 'Single']));
  t.same(namedPolicies(policies, []), []);
  t.equal(unassignedName(policies, ['Strong', 'Other', 'Third']), 'Other');
  t.equal(unassignedName(policies, ['Strong', 'Multi']), undefined);
  t.equal(unassignedName([], ['Multi']), 'Multi');
});

t.test('looking up acr_values reads each policy and each value a fixed number of times', async (t) => {
  const readsFor = (size: number, look: (policies: { name: string }[], values: string[]) => unknown): number => {
    const names = Array.from({ length: size }, (_, at) => `policy-${at}`);
    const [policies, values] = [counted(named(names)), counted(names.toReversed())];
    look(policies.list, values.list);
    return policies.reads() + values.reads();
  };
  for (const look of [namedPolicies, unassignedName]) {
    const [half, whole] = [readsFor(500, look), readsFor(1000, look)];
    t.ok(whole <= 6 * 1000, `${look.name}: ${whole} reads for 1000`);
    t.ok(whole <= 2.1 * half, `${look.name}: ${half} for half of them`);
  }
});
