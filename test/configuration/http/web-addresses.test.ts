import t from 'tap';
import type { Schema } from '../../../src/lib/schema/compile.js';
import { webAddress } from '../../../src/lib/schema/types.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

/** Addresses that are stored, and that pages or redirects may show to a browser: none may run a script there. */

interface Node extends Schema {
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
}

const named = /(ur[il]s?|href|endpoint)$/i;

/** Those whose rules are code, with the schemes that each may have: the table below sends them. */
const judgedByCode = [
  'homePageUrl',
  'loginPageUrl',
  'initiateLoginUri',
  'targetLinkUri',
  'deviceCustomVerificationUri',
  'jwksUrl',
  'redirectUris',
  'postLogoutRedirectUris',
];

/** Targets of webhooks have rules of their own: https, tcp, or http to the mock's own addresses (subscriptions.test.ts). */
const isWebhook = (url: string): boolean => url.includes('/subscriptions');

/** The texts of a schema that are named like an address, by name. */
function addressesIn(schema: Node, name = ''): [string, Schema][] {
  const own = schema.type === 'string' && named.test(name) ? [[name, schema] as [string, Schema]] : [];
  const members = Object.entries(schema.properties ?? {}).flatMap(([member, of]) => addressesIn(of, member));
  const items = schema.items ? addressesIn(schema.items, name) : [];
  return [...own, ...members, ...items, ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((part) => addressesIn(part, name))];
}

const isSchema = (schema: unknown): schema is Schema => typeof schema === 'object' && schema !== null;

t.test('every text of a body that is named like an address has to be http or https, or is judged by code', async (t) => {
  const { app } = await buildTestServer(t);
  const seen = new Set<string>();
  for (const { method, url, schema, bodies = {} } of await app.describedRoutes()) {
    if (!url.startsWith('/v1/')) continue;
    for (const [name, found] of [schema.body, ...Object.values(bodies)].filter(isSchema).flatMap((body) => addressesIn(body))) {
      seen.add(name);
      if (!judgedByCode.includes(name) && !isWebhook(url)) t.equal(found.pattern, webAddress.pattern, `${name} of ${method} ${url}`);
    }
  }
  for (const name of ['href', 'url', 'ssoEndpoint', ...judgedByCode]) t.ok(seen.has(name), `${name} was looked at`);
  t.same(
    addressesIn({ type: 'object', properties: { a: { type: 'array', items: { properties: { tosUri: { type: 'string' } } } } } }).map(
      ([name]) => name,
    ),
    ['tosUri'],
    'one without a rule is found',
  );
});

const hostile = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,x',
  ' javascript:alert(1)',
  'vbscript:x',
  'blob:https://x/y',
];

t.test('no address with a scheme that a browser runs or shows is stored', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const native = { name: 'N', type: 'NATIVE_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'] };
  const [population] = (await call('GET', 'populations')).json()._embedded.populations;
  for (const address of hostile) {
    for (const member of judgedByCode) {
      const value = member.endsWith('s') ? [address] : address;
      const answer = await call('POST', 'applications', { body: { ...native, [member]: value } });
      t.same(refusal(answer), [400, 'INVALID_VALUE', member], `${member}: ${address}`);
    }
    const icon = await call('POST', 'applications', { body: { ...native, icon: { id: ids.web, href: address } } });
    t.same(refusal(icon), [400, 'INVALID_VALUE', 'icon.href'], address);
    const user = await call('POST', 'users', { body: { username: 'x', population: { id: population.id }, photo: { href: address } } });
    t.same(refusal(user), [400, 'INVALID_VALUE', 'photo.href'], address);
    const provider = { name: 'F', enabled: true, type: 'FACEBOOK', appId: 'a', appSecret: 's' };
    const shown = await call('POST', 'identityProviders', { body: { ...provider, icon: { id: ids.web, href: address } } });
    t.same(refusal(shown), [400, 'INVALID_VALUE', 'icon.href'], address);
  }
  const more = { tosUri: hostile[0], policyUri: hostile[0] };
  const made = (await call('POST', 'applications', { body: { ...native, ...more } })).json();
  const read = (await call('GET', `applications/${made.id}`)).json();
  t.same([read.name, read.tosUri, read.policyUri], ['N', undefined, undefined], 'addresses that applications do not have are dropped');
  const photo = { href: 'HTTPS://example.com/a.png' };
  t.match((await call('POST', 'users', { body: { username: 'y', population: { id: population.id }, photo } })).json(), { photo });
});

t.test('no browser is sent to an address that it would run, wherever that was written', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const application = await environment.store.applications.get(ids.web);
  if (!application) return t.fail('the application of the seed');
  await environment.store.applications.put({ ...application, loginPageUrl: 'javascript:alert(1)//' });
  const query = `client_id=${ids.web}&response_type=code&redirect_uri=${encodeURIComponent(String(application.redirectUris?.[0]))}&scope=openid`;
  const answer = await app.inject(`/${environmentId}/as/authorize?${query}`);
  t.match([answer.statusCode, answer.headers.location], [400, undefined]);
  t.match(answer.json(), { code: 'REQUEST_FAILED', details: [{ message: /scheme javascript/ }] });
});
