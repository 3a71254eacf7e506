import t from 'tap';
import { isObject, membersOf, parseJson, textMember } from '../../src/lib/unknown.js';

const values: readonly unknown[] = [null, undefined, 5, 'text', true, [], [{ a: 'b' }]];

t.test('only an object has members', async (t) => {
  for (const value of values) {
    t.equal(isObject(value), false);
    t.same(membersOf(value), {});
    t.equal(textMember(value, 'a'), undefined);
  }
  t.same(membersOf({ a: 1 }), { a: 1 });
});

t.test('a text is found under a name of the object itself', async (t) => {
  t.equal(textMember({ a: 'b' }, 'a'), 'b');
  t.equal(textMember(Object.assign(Object.create(null), { a: '' }), 'a'), '');
  for (const value of [{}, { a: 5 }, { a: null }, { a: ['b'] }, Object.create({ a: 'b' })]) t.equal(textMember(value, 'a'), undefined);
  t.equal(textMember({}, 'constructor'), undefined);
});

t.test('JSON that is none is an error of syntax', async (t) => {
  t.same(parseJson('{"a":[null]}'), { a: [null] });
  t.throws(() => parseJson('{'), SyntaxError);
});
