import fc from 'fast-check';
import t from 'tap';
import { countPairs, mostPairs, pairsOf } from '../../src/lib/form-pairs.js';

t.test('forms are read as URLSearchParams reads them', async (t) => {
  const pieces = [
    '%',
    '4',
    '1',
    'a',
    '+',
    '=',
    '&',
    '%C3%A4',
    '%c3',
    '%A4',
    '%zz',
    '%E2%82',
    '%00',
    '%F0%9F%98%80',
    '%EF%BB%BF',
    '%2B',
    '%26',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
      // What URLSearchParams leaves out of the start of a query is part of a form.
      const text = `x&${parts.join('')}`;
      t.strictSame([...pairsOf(text)], [...new URLSearchParams(text)], text);
    }),
    { numRuns: 500 },
  );
});

t.test('characters that are sent as they are survive beside escapes and their halves', async (t) => {
  t.same(
    [...pairsOf('é=%é%C3%A9+😀&?a=b')],
    [
      ['é', '%éé 😀'],
      ['?a', 'b'],
    ],
  );
  t.same([...pairsOf('a=\ud800')], [['a', '\ufffd']], 'a lone surrogate');
  t.same([...pairsOf('')], []);
  t.same(
    [...pairsOf('&&a&=b&')],
    [
      ['a', ''],
      ['', 'b'],
    ],
  );
});

t.test('pairs are counted without being read', async (t) => {
  for (const text of ['', 'a', '&', 'a&', '&&a&&b&', 'a=1&b=2', 'a&b&c=&d']) t.equal(countPairs(text), [...pairsOf(text)].length, text);
});

t.test('no more than 1000 pairs are read', async (t) => {
  t.equal([...pairsOf('a&'.repeat(5000))].length, mostPairs);
  t.equal([...pairsOf(`${'&'.repeat(5000)}a`)].length, 1, 'nothing between two ampersands is no pair');
});
