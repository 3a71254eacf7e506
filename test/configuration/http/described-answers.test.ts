import { readFileSync } from 'node:fs';
import t from 'tap';
import { buildTestServer } from '../../helpers/server.js';
import { placeOf, type Step, terraform, terraformClient } from '../../helpers/terraform.js';

// Holds every successful answer of the management API to what the description of PingOne's Go SDK says of it.

/** As test/configuration/http/management-answers.json says: a type, a name, an enumeration, members, or a list of one of them. */
type Schema = string | readonly [Schema] | { readonly [member: string]: Schema };

const described = JSON.parse(readFileSync('test/configuration/http/management-answers.json', 'utf8')) as {
  readonly answers: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly schemas: Readonly<Record<string, Schema>>;
};

const isMoment = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  moment: isMoment,
};

/** Where a value differs from its schema. A member that the description does not have is newer than it. */
function differences(schema: Schema, value: unknown, place = ''): string[] {
  const wrong = [`${place}: ${JSON.stringify(value)?.slice(0, 80)}, not ${JSON.stringify(schema).slice(0, 80)}`];
  if (typeof schema === 'string') {
    if (schema.startsWith('=')) return schema.slice(1).split('|').includes(String(value)) ? [] : wrong;
    const check = types[schema];
    if (check) return check(value) ? [] : wrong;
    const one = schema
      .split(' or ')
      .map((name) => differences((described.schemas[name] ?? types[name]) ? (described.schemas[name] ?? name) : 'any', value, place));
    return one.find((found) => found.length === 0) ?? (one.sort((a, b) => a.length - b.length)[0] as string[]);
  }
  if (Array.isArray(schema)) {
    if (!Array.isArray(value)) return wrong;
    return value.flatMap((item, at) => differences(schema[0] as Schema, item, `${place}[${at}]`));
  }
  if (!types.object?.(value)) return wrong;
  const members = Object(value) as Record<string, unknown>;
  return Object.entries(schema).flatMap(([name, each]) => {
    const member = name.replace(/!$/, '');
    if (members[member] === undefined) return name.endsWith('!') ? [`${place}.${member}: missing`] : [];
    return differences(each as Schema, members[member], `${place}.${member}`);
  });
}

/** The operation of a request: the template with the fewest parameters that fits. */
const operations = Object.keys(described.answers).sort((a, b) => a.split('{').length - b.split('{').length);
const patterns = operations.map((operation) => ({ operation, pattern: new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));
const operationOf = (request: string) => patterns.find(({ pattern }) => pattern.test(request))?.operation;

/** What Terraform does not ask. */
const more: readonly Step[] = [
  { send: 'PATCH users/{user}', body: { nickname: 'T' }, status: 200 },
  { send: 'PATCH schemas/{schema}/attributes/{schema attribute}', body: { description: 'Changed' }, status: 200 },
  { send: 'PUT keys/{key}', body: { name: 'Key', usageType: 'SIGNING', default: false }, status: 200 },
  {
    send: 'PUT resources/{resource}/attributes/{resource attribute}',
    body: { name: 'attribute1', value: 'Fixed' },
    status: 200,
  },
  {
    send: 'PUT applications/{application 2}/grants/{application resource grant}',
    body: { resource: { id: '{resource}' }, scopes: [{ id: '{resource scope}' }] },
    status: 200,
  },
  {
    send: 'PUT identityProviders/{identity provider}',
    body: { name: 'G', type: 'GOOGLE', enabled: true, clientId: 'c', clientSecret: 's' },
    status: 200,
  },
  { send: 'PUT gateways/{gateway}', body: { name: 'G', type: 'API_GATEWAY_INTEGRATION', enabled: false }, status: 200 },
  { send: 'PUT billOfMaterials', body: { products: [{ type: 'PING_ONE_BASE' }] }, status: 200 },
  { send: 'PUT status', body: { status: 'ACTIVE' }, status: 200 },
  { send: 'PUT type', body: { type: 'SANDBOX' }, status: 200 },
  { send: 'PUT /organizations/{organization}/licenses/{license}/name', body: { name: 'Mine' }, status: 200 },
];

t.test('every answer of the management API is as the Go SDK’s description says', async (t) => {
  const server = await buildTestServer(t);
  const asked = new Set<string>();
  const client = await terraformClient(server, ({ method, path, status, members }) => {
    const operation = operationOf(`${method} ${path}`);
    if (operation === undefined || status >= 300) return;
    asked.add(operation);
    const schema = described.answers[operation]?.[status];
    if (schema !== undefined) t.same(differences(schema, members), [], `${method} ${path}: ${status}`);
  });
  const { ids, ask, named, perform } = client;
  const run = async (steps: readonly Step[]) => {
    for (const step of steps) t.equal((await perform(step)).status, step.status, step.send);
  };

  await run(terraform.create);
  ids.set('organization', 'd0000000-0000-4000-8000-000000000001');
  await run(more);

  // Lists and items, below what has been made.
  const known = [
    ...terraform.create.flatMap((step) => [step.send.replace(/^\w+ /, ''), placeOf(step)]),
    ...terraform.read,
    '/environments',
    '/organizations',
    '/organizations/{organization}',
    '/organizations/{organization}/licenses',
    '/organizations/{organization}/licenses/{license}',
    '/organizations/{organization}/licenses/{license}/name',
    '/roles',
    '/roles/{Identity Data Admin}',
    'capabilities',
    'applications/{application}/flowPolicyAssignments',
    'applications/{application}/pushCredentials',
    'emailDomains/{trusted email domain}/dkim',
    'emailDomains/{trusted email domain}/ownership',
    'emailDomains/{trusted email domain}/spf',
    'gateways/{gateway}/instances',
    'populations/{population}/defaultIdentityProvider',
    'keys/{key}/applications',
    'resources/{resource}/applicationPermissions',
    'resources/{resource}/applicationResources',
    'schemas',
    'schemas/{schema}',
    'themes/{branding theme}/default',
    'users/{user}/population',
  ];
  const paths = new Set(known.map((path) => named(path.startsWith('/') ? path : `/environments/{environment}/${path}`)));
  for (const path of paths) await ask('GET', path);

  await run(terraform.update);
  await run(terraform.destroy);
  t.same(
    operations.filter((operation) => !asked.has(operation)),
    [],
    'each operation was asked',
  );
});

t.test('an answer that is not as it is described is found', async (t) => {
  const schema: Schema = { 'id!': 'string', at: 'moment', kind: '=A|B', many: [{ count: 'integer' }] };
  t.same(differences(schema, { id: 'x', at: '2030-01-01T00:00:00.000Z', kind: 'A', many: [{ count: 1 }], newer: true }), []);
  t.match(differences(schema, {}), ['.id: missing']);
  t.equal(differences(schema, { id: 1, at: 'now', kind: 'C', many: [{ count: 1.5 }] }).length, 4);
  t.equal(differences(schema, { id: 'x', many: {} }).length, 1);
  t.equal(differences(['Group'], [{}]).length, 1, 'a name stands for its schema');
});
