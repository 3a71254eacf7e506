import t from 'tap';
import { isEmail } from '../../../src/lib/email.js';
import { isPassword, isPasswordHash } from '../../../src/lib/password-hash.js';
import { compileShape, type Schema } from '../../../src/lib/schema/compile.js';

const schema: Schema = {
  type: 'object',
  required: ['name', 'owner'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 5 },
    kind: { type: 'string', enum: ['A', 'B'] },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    email: { type: 'string', format: 'email' },
    size: { type: 'integer', minimum: 1, maximum: 9 },
    any: { type: 'integer' },
    flag: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    things: { type: 'array' },
    owner: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    either: { type: ['string', 'object'], minLength: 1, properties: { id: { type: 'string' } } },
    open: { type: 'object' },
    free: {},
    note: { type: 'string' },
  },
};
const right = { name: 'x', owner: { id: '1' } };
const check = compileShape(schema);
const faultsOf = (value: unknown) => check(value).problems.map(({ path, kind }) => `${path.join('.')}:${kind}`);

t.test('each problem is reported with its place', async (t) => {
  const cases = [
    ['right', right, []],
    ['not an object', 'x', [':type']],
    ['null', null, [':type']],
    ['a list', [], [':type']],
    ['nothing', {}, ['name:missing', 'owner:missing']],
    ['null is absent', { name: null, owner: { id: null } }, ['name:missing', 'owner.id:missing']],
    ['empty', { ...right, name: '' }, ['name:empty']],
    ['empty where that is right', { ...right, note: '' }, []],
    ['too long', { ...right, name: 'abcdef' }, ['name:length']],
    ['NUL', { ...right, name: 'a\0' }, ['name:characters']],
    ['a lone surrogate', { ...right, name: 'a\ud800' }, ['name:characters']],
    ['a pair of surrogates', { ...right, name: '😀' }, []],
    ['not one of them', { ...right, kind: 'C' }, ['kind:enum']],
    ['another pattern', { ...right, code: 'a' }, ['code:pattern']],
    ['no address', { ...right, email: 'a' }, ['email:email']],
    ['too small', { ...right, size: 0 }, ['size:range']],
    ['too large', { ...right, size: 10 }, ['size:range']],
    ['beyond what is exact', { ...right, any: 1e300 }, ['any:range']],
    ['a text for a number', { ...right, size: '5' }, ['size:type']],
    ['a text for a flag', { ...right, flag: 'true' }, ['flag:type']],
    ['a text for a list', { ...right, tags: 'a' }, ['tags:type']],
    ['too many', { ...right, tags: ['a', 'b', 'c'] }, ['tags:items']],
    ['null in a list', { ...right, tags: ['a', null] }, ['tags.1:type']],
    ['anything in a list', { ...right, things: [1, 'a', null] }, []],
    ['the one', { ...right, either: 'a' }, []],
    ['or the other', { ...right, either: { id: 'a' } }, []],
    ['neither', { ...right, either: 5 }, ['either:type']],
    ['several', { name: 5, kind: 'C', tags: [1, 2] }, ['name:type', 'kind:enum', 'tags.0:type', 'tags.1:type', 'owner:missing']],
  ] as const;
  for (const [name, value, expected] of cases) t.same(faultsOf(value), expected, name);
});

t.test('known members are kept and all others dropped', async (t) => {
  const sent = JSON.parse(
    '{"name":"x","size":5.9,"owner":{"id":"1","more":2},"open":{"a":1},"free":[1],"more":1,"__proto__":{"kind":"A"},"constructor":1}',
  );
  t.same(check(sent).value, { name: 'x', size: 5, owner: { id: '1' }, open: { a: 1 }, free: [1] });
  const inherited = Object.create({ kind: 'A', name: 'inherited', owner: { id: '1' } }) as object;
  t.same(faultsOf(inherited), ['name:missing', 'owner:missing'], 'what is inherited does not count');
});

t.test('unknown members are refused when asked', async (t) => {
  const strict = compileShape(schema, { unknown: 'refuse' });
  const { problems } = strict({ ...right, nmae: 1, owner: { id: '1', toString: 2 } });
  t.same(
    problems.map(({ path, kind }) => [path, kind]),
    [
      [['owner', 'toString'], 'unknown'],
      [['nmae'], 'unknown'],
    ],
  );
});

t.test('query strings are converted to the types of the schema', async (t) => {
  const query = compileShape(
    { type: 'object', properties: { limit: { type: 'integer', minimum: 1 }, all: { type: 'boolean' }, name: { type: 'string' } } },
    { coerce: true },
  );
  const cases = [
    [{ limit: '5', all: 'true', name: '5' }, { limit: 5, all: true, name: '5' }, 0],
    [{ limit: '5', all: 'false' }, { limit: 5, all: false }, 0],
    [{ limit: '0' }, { limit: 0 }, 1],
    [{ limit: 'x' }, { limit: undefined }, 1],
    [{ limit: ['1', '2'] }, { limit: undefined }, 1],
    [{ all: 'yes' }, { all: undefined }, 1],
    [{ all: 1 }, { all: undefined }, 1],
  ] as const;
  for (const [sent, read, problems] of cases) {
    const { value, problems: found } = query(sent);
    t.same(value, read, JSON.stringify(sent));
    t.equal(found.length, problems, JSON.stringify(sent));
  }
});

t.test('an e-mail address needs a valid local part and domain', async (t) => {
  for (const address of ['a@b', 'a.b+c@example.com', 'ä@exämple.de', "o'hara@sub-1.example.co"]) t.ok(isEmail(address), address);
  for (const address of [
    '',
    'a',
    '@b',
    'a@',
    'a b@c',
    'a@b c',
    'a@-b',
    'a@b.',
    '.a@b',
    'a.@b',
    'a..b@c',
    'a@b@c',
    `${'a'.repeat(65)}@b`,
    `a@${'b'.repeat(260)}`,
  ])
    t.notOk(isEmail(address), address);
});

t.test('a password is compared with plain text or with any supported hash', async (t) => {
  // {SSHA512} of "secret" with the salt "salt".
  const { createHash } = await import('node:crypto');
  const hashed = (scheme: string, algorithm: string, salt = '') =>
    `{${scheme}}${Buffer.concat([createHash(algorithm).update(`secret${salt}`).digest(), Buffer.from(salt)]).toString('base64')}`;
  for (const stored of [
    'secret',
    hashed('SSHA512', 'sha512', 'salt'),
    hashed('SHA256', 'sha256'),
    hashed('SSHA', 'sha1', 'x'),
    hashed('SSHA384', 'sha384', 'yz'),
  ]) {
    t.ok(isPassword(stored, 'secret'), stored);
    t.notOk(isPassword(stored, 'Secret'), stored);
  }
  t.notOk(isPassword('{SHA512}YQ==', 'a'), 'a hash that is too short is nobody’s');
  t.ok(isPasswordHash('{SSHA512}YQ=='));
  t.notOk(isPasswordHash('{BCRYPT}x'));
});

t.test('a member of answers is accepted and left out unread, whatever its value', async (t) => {
  const check = compileShape({ type: 'object', properties: { name: { type: 'string' }, at: { readOnly: true } } }, { unknown: 'refuse' });
  for (const at of [null, [], [null], { id: [] }, 'x\0']) t.same(check({ name: 'n', at }), { value: { name: 'n' }, problems: [] });
});
