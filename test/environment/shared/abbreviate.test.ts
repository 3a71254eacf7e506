import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { abbreviate, type Known, restore } from '../../../src/environment/shared/redis/abbreviate.js';
import { memberNames, phrases } from '../../../src/environment/shared/redis/abbreviations.js';

const uuids = Array.from({ length: 4 }, (_, at) => `${at}0000000-0000-4000-8000-00000000000${at}`);
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Texts of the kinds that are looked at, and any others, side by side. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(...uuids, ...phrases, ...memberNames.map((name) => `"${name}":`), `"${challenge}"`, '1796073801367', '"unknown":', '"'),
    fc.string(),
    fc.string({ unit: 'binary' }),
  ),
);
const someText = pieces.map((all) => all.join(''));
const someJson = fc.oneof(
  fc.json(),
  fc
    .dictionary(fc.constantFrom('id', ...memberNames, 'more', 'constructor'), fc.oneof(someText, fc.jsonValue()))
    .map((each) => JSON.stringify(each)),
);
const someKnown: fc.Arbitrary<Known> = fc.record(
  {
    id: fc.oneof(fc.constantFrom(...uuids), fc.string()),
    parts: fc.array(fc.oneof(fc.constantFrom(...uuids, '1796073801367', ''), fc.string())),
  },
  { requiredKeys: ['parts'] },
);

t.test('any text that is made short can be read again', async () => {
  fc.assert(
    fc.property(fc.oneof(someText, someJson), someKnown, (text, known) => restore(abbreviate(text, known), known) === text),
    { numRuns: 200 },
  );
});

t.test('more repeated parts than have a letter can be read again', async (t) => {
  const many = Array.from({ length: 300 }, (_, at) => `00000000-0000-4000-8000-${String(at % 150).padStart(12, '0')}`).join();
  const short = abbreviate(many, { parts: [] });
  t.equal(restore(short, { parts: [] }), many);
  t.ok(short.length < many.length);
});

t.test('a record is stored without what its place, its id and its header say', async (t) => {
  const [environmentId, id, userId] = uuids as [string, string, string];
  const session = { id, sessionId: id, userId, createdAt: 1796073801367, environment: { id: environmentId }, amr: ['pwd'] };
  const text = JSON.stringify(session);
  const known = { id, parts: [environmentId, id, userId, '1796073801367'] };
  t.equal(abbreviate(text, known).length, 42);
  t.equal(restore(abbreviate(text, known), known), text);
});

t.test('the lists of abbreviations are those of this format of the store', async (t) => {
  const list = createHash('sha256')
    .update(JSON.stringify([phrases, memberNames]))
    .digest('hex')
    .slice(0, 8);
  t.equal(list, '76190441', 'a change of the lists needs another format in redis/inspect.ts');
  t.equal(new Set([...phrases, ...memberNames]).size, phrases.length + memberNames.length, 'none is there twice');
});
