import t from 'tap';
import { type Filter, parseFilter } from '../../../src/lib/filter/parse.js';
import { type FilterAttribute, filterProblems, planFilter } from '../../../src/lib/filter/plan.js';

interface Item {
  id: string;
  name?: string;
  count?: number;
  exact?: string;
}

const offered: Record<string, FilterAttribute<Item>> = {
  id: { operators: ['eq'], of: ({ id }) => id, index: 'id', caseExact: true },
  name: { operators: ['eq', 'ne', 'sw', 'ew', 'co', 'lt', 'gt', 'odd'], of: ({ name }) => name, index: 'name' },
  count: { operators: ['eq', 'lt', 'gt'], of: ({ count }) => count },
  exact: { operators: ['eq', 'sw'], of: ({ exact }) => exact, caseExact: true },
};
const attributes = (name: string) => offered[name];
const items: Item[] = [{ id: 'i1', name: 'Alice', count: 1, exact: 'A' }, { id: 'i2', name: 'bob', count: 2, exact: 'a' }, { id: 'i3' }];
const matching = (text: string, members = new Map<Filter, ReadonlySet<string>>(), filter = parseFilter(text)) =>
  items.filter(planFilter(filter, attributes, members).fits).map(({ id }) => id);

t.test('a filter selects the items that match it', async (t) => {
  const cases = [
    ['id eq "i1"', ['i1']],
    ['id eq "I1"', []],
    ['name eq "ALICE"', ['i1']],
    ['name ne "alice"', ['i2', 'i3']],
    ['name sw "AL"', ['i1']],
    ['name ew "B"', ['i2']],
    ['name co "o"', ['i2']],
    ['name lt "b"', ['i1']],
    ['name gt "b"', ['i2']],
    ['name odd "b"', []],
    ['count eq 2', ['i2']],
    ['count eq "2"', []],
    ['count lt 2', ['i1']],
    ['count gt 1', ['i2']],
    ['exact eq "a"', ['i2']],
    ['name eq "alice" or name eq "bob"', ['i1', 'i2']],
    ['name sw "a" and count eq 2', []],
    ['not (name eq "bob")', ['i1', 'i3']],
  ] as const;
  for (const [text, ids] of cases) t.same(matching(text), ids, text);
  const some = parseFilter('groups[id eq "g"]');
  t.same(matching('', new Map([[some, new Set(['i2'])]]), some), ['i2']);
  t.same(matching('', new Map(), some), [], 'nobody was found');
});

t.test('a filter is looked up in an index where one can answer it', async (t) => {
  const name = (value: string) => ({ index: 'name', value });
  const cases = [
    ['name eq "ALICE"', [name('alice')]],
    ['id eq "I1"', [{ index: 'id', value: 'I1' }]],
    ['name sw "a"', undefined],
    ['count eq 1', undefined],
    ['name eq "a" or name eq "b"', [name('a'), name('b')]],
    ['name eq "a" or count eq 1', undefined],
    ['count eq 1 and name eq "a"', [name('a')]],
    ['(name eq "a" or name eq "b") and id eq "i1"', [{ index: 'id', value: 'i1' }]],
    ['not (name eq "a")', undefined],
  ] as const;
  for (const [text, lookups] of cases) t.same(planFilter(parseFilter(text), attributes, new Map()).lookups, lookups, text);
  const exact = (text: string) => planFilter(parseFilter(text), attributes, new Map()).isExact ?? false;
  for (const text of ['name eq "a"', '((id eq "a"))']) t.ok(exact(text), `all that is found fits: ${text}`);
  for (const text of ['name sw "a"', 'name eq "a" and count eq 1', 'name eq "a" or name eq "b"', 'not (name eq "a")'])
    t.notOk(exact(text), text);
});

t.test('attributes and operators that a list does not offer are reported', async (t) => {
  const cases = [
    ['name eq "a"', []],
    ['nothing eq "a"', [{ attribute: 'nothing' }]],
    ['id sw "a"', [{ attribute: 'id', operator: 'sw' }]],
    ['not (name eq "a" or x eq "b")', [{ attribute: 'x' }]],
    ['groups[id eq "a"]', []],
    ['others[id eq "a"]', [{ attribute: 'others' }]],
  ] as const;
  for (const [text, faults] of cases) t.same(filterProblems(parseFilter(text), attributes, ['groups']), faults, text);
});
