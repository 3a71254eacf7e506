import t from 'tap';
import { excessIn, type JsonLimits } from '../../src/lib/json-size.js';

const few: JsonLimits = { levels: 3, members: 3, values: 6 };

for (const [title, json, excess] of [
  ['a number', '1', undefined],
  ['as deep as it may be', '[[[]]]', undefined],
  ['too deep', '[[[[]]]]', 'levels'],
  ['lists side by side are no deeper', '[[],[]]', undefined],
  ['brackets in texts', '["[[[[","{{{{","\\"[[[["]', undefined],
  ['a text without an end', '"[[[[', undefined],
  ['as many members as there may be', '{"a":1,"b":2,"c":3}', undefined],
  ['too many members', '{"a":1,"b":2,"c":3,"d":4}', 'members'],
  ['too many members of an object inside', '[{"a":1,"b":2,"c":3,"d":4}]', 'members'],
  ['members of an object after another one inside', '{"a":{"b":1},"c":1,"d":1,"e":1}', 'members'],
  ['members of two objects', '{"a":{"b":1,"c":2}}', undefined],
  ['items of a list are no members', '[1,2,3,4]', undefined],
  ['too many values', '[1,2,3,4,5,6]', 'values'],
  ['too many empty lists', '[[],[],[]]', 'values'],
  ['commas in texts', '",,,,,,,,,"', undefined],
  ['closing brackets without opening ones', ']]]}}}', undefined],
] as const)
  t.equal(excessIn(json, few), excess, title);
