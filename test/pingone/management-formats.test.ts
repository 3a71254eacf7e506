import t from 'tap';
import {
  missedDetail,
  missedHistory,
  missedRequirements,
  mostCharacters,
  standardPasswordPolicy,
} from '../../src/configuration/directory/password-policy.js';
import { showPasswordPolicy, showPasswordState } from '../../src/configuration/directory/password-view.js';
import { showPopulation } from '../../src/configuration/directory/populations.js';
import { importedUserBody, newUserBody, userBody } from '../../src/configuration/directory/user-schema.js';
import { showListedUser, showUser } from '../../src/configuration/directory/user-view.js';
import { showEnvironment } from '../../src/configuration/environments/view.js';
import { showSecret } from '../../src/configuration/http/secret.js';
import { findRole, isPermitted } from '../../src/configuration/roles/built-in.js';
import { builtInRoles } from '../../src/configuration/roles/built-in-table.js';
import type { RoleAssignment } from '../../src/environment/model/configuration.js';
import type { User } from '../../src/environment/model/user.js';
import { compileShape } from '../../src/lib/schema/compile.js';
import { problemDetails, refuseBody, refusePath, refuseQuery } from '../../src/pingone/body-refusals.js';
import { readCursor, toCollection, toLinks, writeCursor } from '../../src/pingone/hal.js';
import { managementTexts } from '../../src/pingone/management-texts.js';

const at = '2026-01-01T00:00:00.000Z';
const url = 'https://x/v1/environments/e';

t.test('problems of a body become error details', async (t) => {
  const check = compileShape({
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 3 },
      kind: { type: 'string', enum: ['A'] },
      size: { type: 'integer', minimum: 1, maximum: 2 },
      code: { type: 'string', pattern: '^a$' },
      text: { type: 'string' },
      email: { type: 'string', format: 'email' },
      tags: { type: 'array', items: { type: 'string', enum: ['A'] }, maxItems: 1 },
      inner: { type: 'object', properties: { deep: { type: 'string', maxLength: 1 } } },
    },
  });
  const detailOf = (value: object) => problemDetails(check({ name: 'x', ...value }).problems);
  const texts = managementTexts;
  const cases = [
    [{ name: null }, { code: 'EMPTY_VALUE', target: 'name', message: texts.empty.text }],
    [{ name: '' }, { code: 'EMPTY_VALUE', target: 'name', message: texts.empty.text }],
    [{ name: 5 }, { code: 'INVALID_VALUE', target: 'name', message: 'Invalid value for attribute.' }],
    [{ name: 'long' }, { code: 'SIZE_LIMIT_EXCEEDED', target: 'name', message: texts.length.text(1, 3), innerError: { maximumValue: 3 } }],
    [{ kind: 'B' }, { code: 'INVALID_VALUE', target: 'kind', message: texts.notAllowed.text, innerError: { allowedValues: ['A'] } }],
    [
      { size: 3 },
      { code: 'OUT_OF_RANGE', target: 'size', message: texts.outOfRange.text, innerError: { rangeMinimumValue: 1, rangeMaximumValue: 2 } },
    ],
    [{ code: 'b' }, { code: 'INVALID_VALUE', target: 'code', message: texts.pattern.text, innerError: { allowedPattern: '^a$' } }],
    [{ text: '\0' }, { code: 'INVALID_VALUE', target: 'text', message: texts.characters.text }],
    [{ email: 'x' }, { code: 'INVALID_VALUE', target: 'email', message: 'must be a well-formed email address' }],
    [
      { tags: ['A', 'A'] },
      { code: 'SIZE_LIMIT_EXCEEDED', target: 'tags', message: texts.tooMany.text(1), innerError: { maximumValue: 1 } },
    ],
    [{ tags: ['B'] }, { code: 'INVALID_VALUE', target: 'tags', message: texts.notAllowed.text, innerError: { allowedValues: ['A'] } }],
    [
      { inner: { deep: 'ab' } },
      { code: 'SIZE_LIMIT_EXCEEDED', target: 'inner.deep', message: texts.length.text(0, 1), innerError: { maximumValue: 1 } },
    ],
  ] as const;
  for (const [value, expected] of cases) t.same(detailOf(value), [expected], JSON.stringify(value));
  t.same(detailOf({ tags: ['B', 'B', 'B'] }).length, 2, 'what was said is not said again');
  t.same(
    problemDetails(compileShape({ type: 'object', properties: {} }, { unknown: 'refuse' })({ a: 1 }).problems)[0]?.target,
    'a',
    'an unknown member, where it is refused',
  );

  t.match(refuseBody(check({ name: 5, kind: 'B' }).problems), { status: 400, code: 'INVALID_REQUEST', details: [{ target: 'name' }] });
  t.match(refuseBody(check([]).problems), { code: 'INVALID_REQUEST', details: [] });
  t.match(refuseBody(check({ kind: 'B' }).problems), { code: 'INVALID_DATA', details: [{ target: 'name' }, { target: 'kind' }] });
  t.equal(refuseBody(check({ name: 'x', email: 'x' }).problems).text, 'Validation Error : [email must be a well-formed email address]');
  t.match(refuseQuery(check({ name: 'x', size: 3, text: 5 }).problems).details, [
    { code: 'OUT_OF_RANGE' },
    { code: 'INVALID_PARAMETER', target: 'text' },
  ]);
  t.same(refusePath(check({ name: 'x', code: 'b' }).problems).details, [
    { code: 'INVALID_VALUE', target: 'code', message: 'must be a valid UUID' },
  ]);
});

t.test('links and collections have PingOne’s form, and a forged cursor is refused', async (t) => {
  t.same(toLinks({ self: 'a', next: undefined }), { self: { href: 'a' } });
  t.same(toCollection('users', [], { self: 'a', count: 0 }), {
    _links: { self: { href: 'a' } },
    _embedded: { users: [] },
    count: 0,
    size: 0,
  });
  t.same(toCollection('users', [1], { self: 'a', next: 'b' }), {
    _links: { self: { href: 'a' }, next: { href: 'b' } },
    _embedded: { users: [1] },
    size: 1,
  });
  const cursor = writeCursor('list', '5');
  t.match(cursor, /^[A-Za-z0-9_-]+$/);
  t.equal(readCursor('list', cursor), '5');
  for (const forged of ['', 'x', `${cursor}=`, `${cursor}!`, writeCursor('another', '5')])
    t.equal(readCursor('list', forged), undefined, forged);
});

t.test('a built-in role permits its areas within its scope', async (t) => {
  const place = { environmentId: 'e1', organizationId: 'o1' };
  const has = (role: string, type: string, id: string) =>
    ({ role: { id: findRole(role)?.id ?? role }, scope: { type, id } }) as RoleAssignment;
  const cases = [
    ['nobody', [], 'users', false, false],
    ['an organization admin everywhere', [has('Organization Admin', 'ORGANIZATION', 'o1')], 'applications', true, true],
    ['of another organization nowhere', [has('Organization Admin', 'ORGANIZATION', 'o2')], 'environments', false, false],
    ['an environment admin', [has('Environment Admin', 'ENVIRONMENT', 'e1')], 'users', true, true],
    ['of another environment', [has('Environment Admin', 'ENVIRONMENT', 'e2')], 'users', false, false],
    ['an identity admin writes users', [has('Identity Data Admin', 'ENVIRONMENT', 'e1')], 'users', true, true],
    ['but no applications', [has('Identity Data Admin', 'ENVIRONMENT', 'e1')], 'applications', false, false],
    ['a developer writes applications', [has('Client Application Developer', 'ENVIRONMENT', 'e1')], 'applications', true, true],
    ['but no users', [has('Client Application Developer', 'ENVIRONMENT', 'e1')], 'users', true, false],
    ['a reader only reads', [has('Identity Data Read Only', 'ENVIRONMENT', 'e1')], 'users', false, true],
    ['a reader of configuration', [has('Configuration Read Only', 'ORGANIZATION', 'o1')], 'applications', false, true],
    ['a population’s admin', [has('Identity Data Admin', 'POPULATION', 'p1')], 'users', true, true],
    ['a population’s admin elsewhere', [has('Identity Data Admin', 'POPULATION', 'p1')], 'groups', true, false],
    ['an unknown role', [has('0', 'ENVIRONMENT', 'e1')], 'users', false, false],
  ] as const;
  for (const [name, assignments, area, writes, expected] of cases)
    t.equal(isPermitted(assignments, { ...place, area, writes }), expected, name);
  t.equal(builtInRoles.length, 19);
  t.equal(findRole('ENVIRONMENT admin')?.name, 'Environment Admin');
  t.equal(findRole('1813BC13-8D13-4E88-A825-D40BFE82777B')?.name, 'Organization Admin');
});

t.test('the standard password policy reports every requirement that a password misses', async (t) => {
  const missed = (password: string) => missedRequirements(standardPasswordPolicy, password).map(({ requirement }) => requirement);
  const cases = [
    ['2FederateM0re!', []],
    ['Alice-Passw0rd', []],
    ['', ['minCharacters', 'minCharacters', 'minCharacters', 'minCharacters', 'length', 'minUniqueCharacters']],
    ['Ab1!xyz', ['length']],
    ['ABC123!xyz'.toLowerCase(), ['minCharacters']],
    ['Password1!', ['excludesCommonlyUsed']],
    ['!!Password!!', ['minCharacters', 'excludesCommonlyUsed']],
    ['Aaa111!bcdeee', ['maxRepeatedCharacters']],
    ['Aa1!Aa1!', ['minUniqueCharacters']],
    [`Aa1!${'bcdef'.repeat(60)}`, ['length']],
  ] as const;
  for (const [password, expected] of cases) t.same(missed(password), expected, password.slice(0, 20));
  t.same(missedRequirements({}, ''), [], 'a policy that asks nothing');
  const long = `${'bcdef'.repeat(mostCharacters)}Aa1!`;
  t.same(missed(long), ['minCharacters', 'minCharacters', 'minCharacters', 'length'], 'beyond 1024 characters nothing is looked at');

  t.same(missedDetail(missedRequirements(standardPasswordPolicy, 'Ab1!xyz')), {
    code: 'INVALID_VALUE',
    target: 'newPassword',
    message: 'New password did not satisfy password policy requirements',
    innerError: {
      unsatisfiedRequirements: ['length'],
      length: 'The provided password is shorter than the minimum required length of 8 characters',
    },
  });
  t.match(missedDetail([missedHistory], { creating: true }), {
    target: 'password',
    message: 'User password did not satisfy password policy requirements',
    innerError: {
      history: 'The provided new password cannot be the same as the current password or any password in the password history.',
    },
  });
});

t.test('a user is shown with PingOne’s members and links, in order', async (t) => {
  const user: User = {
    username: 'joe',
    id: 'u',
    environment: { id: 'e' },
    population: { id: 'p' },
    enabled: true,
    account: { canAuthenticate: true, status: 'OK' },
    lifecycle: { status: 'ACCOUNT_OK' },
    identityProvider: { type: 'PING_ONE' },
    mfaEnabled: false,
    verifyStatus: 'NOT_INITIATED',
    createdAt: at,
    updatedAt: at,
    nickname: 'j',
  };
  const members = [
    'id',
    'environment',
    'account',
    'createdAt',
    'enabled',
    'identityProvider',
    'lifecycle',
    'mfaEnabled',
    'nickname',
    'population',
    'updatedAt',
    'username',
    'verifyStatus',
  ];
  t.same(Object.keys(showListedUser(user, url)), ['_links', ...members]);
  t.same(Object.keys(showListedUser(user, url)._links), [
    'self',
    'password',
    'password.set',
    'password.reset',
    'password.check',
    'password.recover',
    'account.sendVerificationCode',
    'linkedAccounts',
  ]);
  t.same(Object.keys(showUser(user, url)), ['_links', ...members]);
  t.same(Object.keys(showUser(user, url)._links), [
    'self',
    'environment',
    'population',
    'devices',
    'roleAssignments',
    'password',
    'password.set',
    'password.reset',
    'password.check',
    'password.recover',
    'account.sendVerificationCode',
    'memberOfGroups',
    'linkedAccounts',
  ]);
  const policy = { id: 'pp', environment: { id: 'e' }, name: 'Standard', default: true, createdAt: at, updatedAt: at };
  t.same(showPasswordState({ user, policy, status: 'OK', lastChangedAt: at }, url).user, { id: 'u' });
  t.same(showPasswordPolicy(policy, url)._links.self, { href: `${url}/passwordPolicies/pp` });
});

t.test('environments, populations and secrets are shown with PingOne’s members, in order', async (t) => {
  const record = {
    id: 'e',
    name: 'E',
    type: 'SANDBOX',
    region: 'NA',
    organization: { id: 'o' },
    license: { id: 'l' },
    createdAt: at,
    updatedAt: at,
    keyRotationPolicyId: 'k',
  } as const;
  const shown = showEnvironment(record, 'https://x/v1');
  t.same(Object.keys(shown), [
    '_links',
    'id',
    'name',
    'description',
    'icon',
    'organization',
    'type',
    'status',
    'region',
    'createdAt',
    'updatedAt',
    'license',
    'softDeletedAt',
    'hardDeletedAllowedAt',
  ]);
  t.equal(Object.keys(shown._links).length, 23);
  t.equal(shown._links.license?.href, 'https://x/v1/organizations/o/licenses/l');
  const population = {
    id: 'p',
    environment: { id: 'e' },
    name: 'P',
    default: false,
    createdAt: at,
    updatedAt: at,
    passwordPolicy: { id: 'pp' },
  };
  t.same(Object.keys(showPopulation(population, { userCount: 3, environmentUrl: url, theme: { id: 't' }, language: { locale: 'en' } })), [
    '_links',
    'id',
    'environment',
    'name',
    'description',
    'userCount',
    'createdAt',
    'updatedAt',
    'passwordPolicy',
    'preferredLanguage',
    'theme',
    'default',
  ]);
  const secret = { id: 'a', secret: 's', previous: { secret: 'old', expiresAt: at } };
  t.same(showSecret('application', secret, url, 'e', Date.parse(at) - 1).previous, { secret: 'old', expiresAt: at });
  t.equal(showSecret('application', secret, url, 'e', Date.parse(at)).previous, undefined);
  t.equal(showSecret('application', { id: 'a', secret: 's' }, url, 'e', 0).previous, undefined);
});

t.test('each way to write a user accepts its own members', async (t) => {
  const sent = {
    username: 'a',
    email: 'a@b',
    nickname: 'n',
    mfaEnabled: true,
    emailVerified: true,
    enabled: false,
    password: { value: 'x' },
    population: { id: 'p' },
  };
  const members = (schema: object) => Object.keys(compileShape(schema)(sent).value as object).sort();
  t.same(members(userBody), ['email', 'nickname', 'username']);
  t.same(members(newUserBody), ['email', 'mfaEnabled', 'nickname', 'population', 'username']);
  t.same(members(importedUserBody), ['email', 'emailVerified', 'mfaEnabled', 'nickname', 'password', 'population', 'username']);
});
