import fc from 'fast-check';
import t from 'tap';
import { KeptView, prettyJson } from '../../src/pingone/pretty-json.js';

t.test('a kept view has the text of what it shows, at every depth', async (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (item) => {
      const view = new KeptView(item);
      for (const around of [(value: object) => value, (value: object) => ({ _embedded: { users: [value, { other: value }] } })])
        t.equal(prettyJson(around(view)), prettyJson(around(item)));
    }),
  );
});

t.test('the text of a kept view is made once for the place where it is shown', async (t) => {
  let reads = 0;
  const item = {
    get name() {
      reads += 1;
      return 'alice';
    },
  };
  const view = new KeptView(item);
  for (let time = 0; time < 3; time += 1) t.equal(prettyJson([view]), prettyJson([{ name: 'alice' }]));
  t.equal(reads, 1);
});
