import fc from 'fast-check';
import t from 'tap';
import { FilterError, parseFilter } from '../../../src/lib/filter/parse.js';

const compare = (attribute: string, operator: string, value: unknown) => ({ kind: 'compare', attribute, operator, value });
const [a, b, c] = [compare('a', 'eq', '1'), compare('b', 'eq', '2'), compare('c', 'eq', '3')];

t.test('filters as clients write them are parsed', async (t) => {
  const cases = [
    ['a eq "1"', a],
    ['  a   EQ "1" ', a],
    ['((a eq "1"))', a],
    ['(a eq "1") OR (b eq "2")', { kind: 'or', parts: [a, b] }],
    ['a eq "1" AND b eq "2" and c eq "3"', { kind: 'and', parts: [a, b, c] }],
    ['a eq "1" or b eq "2" and c eq "3"', { kind: 'or', parts: [a, { kind: 'and', parts: [b, c] }] }],
    ['(a eq "1" or b eq "2") and c eq "3"', { kind: 'and', parts: [{ kind: 'or', parts: [a, b] }, c] }],
    ['not (a eq "1")', { kind: 'not', filter: a }],
    ['enabled eq true', compare('enabled', 'eq', true)],
    ['n lt 12', compare('n', 'lt', 12)],
    ['x eq null', compare('x', 'eq', null)],
    ['a eq "say \\"(hi)\\" and \\u00e9"', compare('a', 'eq', 'say "(hi)" and é')],
    [
      'memberOfGroups[id eq "u1" and type eq "DIRECT"]',
      {
        kind: 'some',
        attribute: 'memberOfGroups',
        filter: { kind: 'and', parts: [compare('id', 'eq', 'u1'), compare('type', 'eq', 'DIRECT')] },
      },
    ],
  ] as const;
  for (const [text, tree] of cases) t.same(parseFilter(text), tree, text);
});

t.test('a malformed filter is refused with the position of the error', async (t) => {
  const cases = [
    ['', 0],
    ['a', 1],
    ['a eq', 4],
    ['a eq 1x', 5],
    ['a eq "1', 5],
    ['a eq {}', 5],
    ['a "eq" "1"', 2],
    ['a eq "1" b', 9],
    ['(a eq "1"', 9],
    ['a eq "1")', 8],
    ['a[b eq "1"', 10],
    ['"a" eq "1"', 0],
    ['and', 3],
    ['a eq (', 5],
    ['('.repeat(1000), 101],
    [`${'('.repeat(1000)}a eq "1"${')'.repeat(1000)}`, 101],
  ] as const;
  for (const [text, at] of cases)
    try {
      parseFilter(text);
      t.fail(`${text} was read`);
    } catch (error) {
      t.ok(error instanceof FilterError, text.slice(0, 30));
      t.match(error, { at }, `${text.slice(0, 30)}: ${error}`);
    }
});

t.test('any text is either parsed or refused', async (t) => {
  const pieces = fc.constantFrom('(', ')', '[', ']', ' and ', ' or ', ' not ', 'a', ' eq ', '"x"', '"', '\\', ' ', '1', 'true', '\0', 'é');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          parseFilter(text);
          return true;
        } catch (error) {
          return error instanceof FilterError;
        }
      },
    ),
  );
  t.pass('held for everything generated');
});
