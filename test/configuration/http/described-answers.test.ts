import { readFileSync } from 'node:fs';
import t from 'tap';
import { claimPairingKey } from '../../../src/configuration/devices/pairing-keys.js';
import type { Environment } from '../../../src/environment/context.js';
import type { PairingKey } from '../../../src/environment/model/mfa.js';
import { buildTestServer } from '../../helpers/server.js';
import { type Exchange, placeOf, type Step, terraform, terraformClient } from '../../helpers/terraform.js';

// Holds every successful answer of the management API to what the description of PingOne's Go SDK, or else a page of PingOne's,
// says of it. A route without a description here, or that no step asks, fails the test.

/** As test/configuration/http/management-answers.json says: a type, a name, an enumeration, members, or a list of one of them. */
type Schema = string | readonly [Schema] | { readonly [member: string]: Schema };

const described = JSON.parse(readFileSync('test/configuration/http/management-answers.json', 'utf8')) as {
  readonly answers: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly pages: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
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

/** What is said of each operation's answers, by their status. */
const answersOf: Readonly<Record<string, Readonly<Record<string, Schema>>>> = { ...described.answers, ...described.pages };

/** The operation of a request: the template with the fewest parameters that fits. */
const operations = Object.keys(answersOf).sort((a, b) => a.split('{').length - b.split('{').length);
const patterns = operations.map((operation) => ({ operation, pattern: new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));
const operationOf = (request: string) => patterns.find(({ pattern }) => pattern.test(request))?.operation;

/** Where an answer differs from its description. */
function mistakes({ method, path, status, text, members }: Exchange, schema: Schema | undefined): string[] {
  if (schema === undefined) return [`${status} is not described`];
  if (schema === 'none') return text === '' ? [] : ['there is a body'];
  if (schema === 'file') return text !== '' && Object.keys(members).length === 0 ? [] : ['it is not a file'];
  const value = text.startsWith('[') ? JSON.parse(text) : members;
  const lists = Object.keys(Object(members._embedded));
  const unknown =
    schema === 'EntityArray' ? lists.filter((name) => !(name in Object(Object(described.schemas.EntityArray)._embedded))) : [];
  return [...differences(schema, value, `${method} ${path}`), ...unknown.map((name) => `_embedded.${name} is not described`)];
}

const session = {
  activeAt: '{now}',
  lastSignOn: { authenticators: ['pwd'], withAuthenticator: { pwd: { at: '{now}', policy: { id: '{sign on policy}', type: 'PINGONE' } } } },
  user: { id: '{user}' },
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};
const issuer = { name: 'Partner', issuer: 'https://partner.example.com', jwksUrl: 'https://partner.example.com/jwks' };
const cookie = { cookie: 'ST=a-token-of-our-own' };
const media = (action: string) => `application/vnd.pingidentity.${action}`;
const [defaultPolicy] = terraform.update.filter(({ type }) => type === 'mfa_device_policy_default');

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
  { send: 'POST trustedIssuers', body: issuer, status: 201, name: 'trusted issuer' },
  { send: 'PUT trustedIssuers/{trusted issuer}', body: { ...issuer, clockSkew: 5 }, status: 200 },
  {
    send: 'POST applications/{application 2}/trustedIssuerAssignments',
    body: { trustedIssuer: { id: '{trusted issuer}' } },
    status: 201,
    name: 'trusted issuer assignment',
  },
  { send: 'PUT keys/{signed key}/csr', form: { file: '{signed certificate}' }, status: 200 },
  { send: 'PUT users/{user}/password', mediaType: media('password.set+json'), body: { value: 'Terra-Passw0rd' }, status: 200 },
  { send: 'POST users/{user}/password', mediaType: media('password.check+json'), body: { password: 'Terra-Passw0rd' }, status: 200 },
  { send: 'POST sessions', body: { ...session, token: 'a-token-of-our-own' }, status: 201, name: 'session' },
  { send: 'PUT sessions/me', headers: cookie, body: session, status: 200 },
  { send: 'GET sessions/me', headers: cookie, status: 200 },
  { send: 'POST ssoCookieSettings', body: { useNonPersistentSessionTokenCookie: true }, status: 200 },
  { send: 'PUT mfaSettings', body: { pairing: { maxAllowedDevices: 6, pairingKeyFormat: 'NUMERIC' } }, status: 200 },
  { send: 'POST users/{user}/devices', body: { type: 'EMAIL', email: 'device@example.com' }, status: 201, name: 'device' },
  { send: 'POST users/{user}/devices', body: { type: 'TOTP' }, status: 201, name: 'authenticator' },
  { send: 'POST users/{user}/devices/{device}', mediaType: media('device.block+json'), status: 200 },
  { send: 'PUT users/{user}/devices/{device}/nickname', body: { nickname: 'Mine' }, status: 200 },
  {
    send: 'PUT deviceAuthenticationPolicies/{default MFA policy}',
    body: { ...Object(defaultPolicy?.body), mobile: { ...Object(defaultPolicy?.body).mobile, enabled: true } },
    status: 200,
  },
  { send: 'POST users/{user}/pairingKeys', body: {}, status: 201, name: 'pairing key' },
  {
    send: 'POST emailDomains/{trusted email domain}/trustedEmails/{trusted email address}',
    mediaType: media('trustedEmail.activate+json'),
    body: { verificationCode: '{verification code}' },
    status: 200,
  },
  {
    send: 'POST users/{user}/agreementConsents/{agreement}',
    mediaType: media('consent.accept+json'),
    body: { language: { id: '{agreement localization}' }, revision: { id: '{agreement localization revision}' } },
    status: 200,
  },
  {
    send: 'POST users/{user}/linkedAccounts',
    mediaType: media('account.link+json'),
    body: { identityProvider: { id: '{identity provider}' }, externalId: 'terra-at-google' },
    status: 201,
    name: 'linked account',
  },
  { send: 'PUT users/{user}/identityProvider', body: { type: 'PING_ONE' }, status: 200 },
  { send: 'POST activities', body: { filter: 'recordedAt gt "2020-01-01T00:00:00Z"' }, status: 200 },
];

/** What only then can be asked. */
const last: readonly Step[] = [
  { send: 'PUT users/{user}/devices/{phone}/logs', mediaType: 'application/json', status: 200 },
  { send: 'POST sessions/me', headers: cookie, mediaType: media('sso.session.logout'), status: 204 },
  { send: 'POST sessions', body: session, status: 201, name: 'session' },
  { send: 'POST sessions/{session}', mediaType: media('sso.session.logout'), status: 204 },
];

const isSuccess = (status: number) => status < 300;
/** A route or an operation, without the names of its parameters. */
const nameless = (operation: string) => operation.replaceAll(/\{\w+\}|:\w+/g, '*');

t.test('every answer of the management API is as it is described', async (t) => {
  const server = await buildTestServer(t);
  const routes = (await server.app.describedRoutes()).filter(
    // Deletions answer without content.
    ({ method, url }) => url.startsWith('/v1/') && !['DELETE', 'HEAD', 'OPTIONS'].includes(method),
  );
  const known = new Set(operations.map(nameless));
  const served = routes.map(({ method, url }) => nameless(`${method} ${url.slice('/v1'.length).replace(/\/$/, '')}`));
  t.same(
    served.filter((route) => !known.has(route)),
    [],
    'each route has a description',
  );

  const asked = new Set<string>();
  const client = await terraformClient(server, (exchange) => {
    const { method, status, text } = exchange;
    const path = exchange.path.replace(/\?.*/, '');
    const operation = operationOf(`${method} ${path}`);
    if (operation === undefined) {
      if (method === 'DELETE' && isSuccess(status)) t.same([status, text], [204, ''], `DELETE ${path}`);
      return;
    }
    if (!isSuccess(status)) return;
    asked.add(operation);
    const { [status]: schema, 200: ok, 202: accepted } = answersOf[operation] ?? {};
    // The description names 200 or 202 for some of what PingOne answers with 201.
    t.same(mistakes(exchange, schema ?? (status === 201 ? (ok ?? accepted) : undefined)), [], `${method} ${path}: ${status}`);
  });
  const { ids, ask, named, perform } = client;
  const run = async (steps: readonly Step[]) => {
    for (const step of steps) t.equal((await perform(step)).status, step.status, step.send);
  };

  await run(terraform.create);
  ids.set('organization', 'd0000000-0000-4000-8000-000000000001');
  const environment = server.context.environments.list().find(({ id }) => id === ids.get('environment')) as Environment;
  ids.set('verification code', environment.outbox.list().find(({ to }) => to === 'no-reply@mail.example.com')?.code ?? '');
  await run(more);
  const flowPolicy = '6e9114ac34cfcec300202eae7776f981';
  await environment.store.flowPolicies.put({
    id: flowPolicy,
    environment: { id: environment.id },
    name: 'Sign on',
    enabled: true,
    application: { id: '3a5d8d5ee5c1d2d0a1d6f3a3c1d2d0a1', name: 'DaVinci' },
    trigger: { type: 'AUTHENTICATION' },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });
  ids.set('flow policy', flowPolicy);
  const assignment = { flowPolicy: { id: '{flow policy}' }, priority: 1 };
  const application = { name: 'With a flow', type: 'WORKER', protocol: 'OPENID_CONNECT', assignActorRoles: false };
  await run([
    { send: 'POST applications', body: application, status: 201, name: 'application with a flow' },
    {
      send: 'POST applications/{application with a flow}/flowPolicyAssignments',
      body: assignment,
      status: 201,
      name: 'flow policy assignment',
    },
    { send: 'PUT applications/{application with a flow}/flowPolicyAssignments/{flow policy assignment}', body: assignment, status: 200 },
  ]);

  // Lists and items, below what has been made.
  const paths = new Set(
    [
      ...[...terraform.create, ...more].flatMap((step) => [step.send.replace(/^\w+ /, ''), placeOf(step)]),
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
      'applications/{application with a flow}/flowPolicyAssignments',
      'applications/{application with a flow}/flowPolicyAssignments/{flow policy assignment}',
      'flowPolicies',
      'flowPolicies/{flow policy}',
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
      'agreements/{agreement}/languages/{agreement localization}/revisions/{agreement localization revision}/text',
      'applicationResources',
      'applicationRoles/{application role}/assignments',
      'users/{user}/agreementConsents',
      'applicationResources/{application resource}',
      'certificates/{certificate}/applications',
      'templates',
      'templates/strong_authentication',
      'totalIdentities?filter=endDate%20eq%20%22{now}%22',
      'activities?filter=recordedAt%20gt%20%222020-01-01T00:00:00Z%22',
      'users/{user}/linkedAccounts',
      'users/{user}/mfaEnabled',
      'users/{user}/sessions',
      'users/{user}/sessions/{session}',
    ].map((path) => named(path.startsWith('/') ? path : `/environments/{environment}/${path}`)),
  );
  for (const path of paths) await ask('GET', path);
  const [activity] = environment.activities.newestFirst();
  await ask('GET', named(`activities/${activity?.id}`));

  // The phone pairs itself, which no endpoint of the management API does.
  const [{ code }] = (await environment.store.pairingKeys.list()) as [PairingKey];
  ids.set('phone', (await claimPairingKey(environment, code))?.id ?? '');
  await run(last);

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
