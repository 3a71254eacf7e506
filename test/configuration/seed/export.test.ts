import fc from 'fast-check';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openContext } from '../../../src/configuration/open-context.js';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import type { App, Environment } from '../../../src/environment/context.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { buildServer } from '../../../src/server/server.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';
import { flowPolicies, signOnSteps } from './export-sign-on-steps.js';
import { attributesPath, listOf, made, type Step, steps } from './export-steps.js';

/** What `pingone-mock export` prints. */
const exported = async (app: App) => (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();

/** Another mock, started from a seed alone. */
async function startFrom(t: Test, json: unknown) {
  const warnings: object[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line)) });
  const context = await openContext({ settings: defaultSettings, log, factory: memoryFactory() });
  await applySeed(context, readSeed(json, 'exported.json'));
  const app = await buildServer(context);
  t.teardown(() => app.close());
  return { app, environment: context.environments.get(environmentId) as Environment, warnings };
}

t.test('exported values that an attribute no longer accepts are loaded with a warning', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = await attributesPath(call);
  const id = await made(call, path, { name: 'lvl' });
  await call('PATCH', `users/${ids.alice}`, { body: { lvl: 'x' } });
  t.equal((await call('PUT', `${path}/${id}`, { body: { name: 'lvl', enumeratedValues: [{ value: 'y' }] } })).statusCode, 200);
  const { environment, warnings } = await startFrom(t, await exported(app));
  t.match(await environment.store.users.get(ids.alice), { lvl: 'x' });
  t.match(warnings, [{ user: 'alice', attribute: 'lvl' }], 'and it is told');
});

t.test('an attribute can become multi-valued, but not single-valued again', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = await attributesPath(call);
  const id = await made(call, path, { name: 'lvl' });
  await call('PATCH', `users/${ids.alice}`, { body: { lvl: 'x' } });
  t.equal((await call('PATCH', `${path}/${id}`, { body: { multiValued: true } })).statusCode, 200);
  t.same((await call('GET', `users/${ids.alice}`)).json().lvl, ['x']);
  t.same(refusal(await call('PATCH', `${path}/${id}`, { body: { multiValued: false } })), [400, 'INVALID_VALUE', 'multiValued']);
  t.equal((await call('PUT', `${path}/${id}`, { body: { name: 'lvl' } })).json().multiValued, true);
});

t.test('an attribute cannot be deleted while the filter of a group uses it', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = await attributesPath(call);
  const id = await made(call, path, { name: 'lvl' });
  const group = await made(call, 'groups', { name: 'Some', userFilter: 'lvl eq "x"' });
  const refused = await call('DELETE', `${path}/${id}`);
  t.same(refusal(refused), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.same(refused.json().details[0].innerError, { referencedValues: [group] });
  t.equal((await call('PATCH', `${path}/${id}`, { body: { enabled: false } })).statusCode, 200);
  const { environment } = await startFrom(t, await exported(app));
  t.match(await environment.store.groups.get(group), { userFilter: 'lvl eq "x"' }, 'that of a disabled one starts again');
  await call('PUT', `groups/${group}`, { body: { name: 'Some' } });
  t.equal((await call('DELETE', `${path}/${id}`)).statusCode, 204);
});

t.test('an export includes links, system applications and locked accounts', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const link = await made(call, 'applications', {
    name: 'L',
    type: 'PORTAL_LINK_APP',
    protocol: 'EXTERNAL_LINK',
    homePageUrl: 'https://example.com',
    enabled: true,
  });
  const portal = (await listOf(call, 'applications')).find(({ type }) => type === 'PING_ONE_PORTAL') as { id: string };
  await call('PUT', `applications/${portal.id}`, { body: { ...portal, enabled: false, applyDefaultTheme: false } });
  const api = (await listOf(call, 'resources')).find(({ type }) => type === 'PINGONE_API') as { id: string };
  const [scope] = await listOf(call, `resources/${api.id}/scopes`);
  t.equal(
    (await call('POST', `applications/${portal.id}/grants`, { body: { resource: { id: api.id }, scopes: [{ id: scope?.id }] } }))
      .statusCode,
    201,
  );
  t.equal((await call('POST', `users/${ids.bob}`, { action: 'account.lock' })).statusCode, 200);

  const json = await exported(app);
  const again = await startFrom(t, json);
  const { store } = again.environment;
  t.match(await store.applications.get(link), { type: 'PORTAL_LINK_APP', homePageUrl: 'https://example.com', enabled: true });
  t.match(await store.applications.get(portal.id), { enabled: false, applyDefaultTheme: false });
  t.match(await store.grants.find('application.id', portal.id), [{ resource: { id: api.id }, scopes: [{ id: scope?.id }] }]);
  t.match(await store.users.get(ids.bob), { account: { status: 'LOCKED', canAuthenticate: false } });
  t.same(await exported(again.app), json, 'and comes out the same again');
});

t.test('a seed exported from an exported seed is the same, byte for byte', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  await made(call, await attributesPath(call), { type: 'STRING', unique: true, name: 'lvl', displayName: 'Level', enabled: true });
  await call('PATCH', `users/${ids.alice}`, { body: { title: 'Dr', lvl: 'x' } });
  const key = { name: 'K', algorithm: 'EC', keyLength: 256, signatureAlgorithm: 'SHA256withECDSA', subjectDN: 'CN=K', validityPeriod: 365 };
  await made(call, 'keys', { ...key, usageType: 'SIGNING' });
  const [policy] = await listOf(call, 'passwordPolicies');
  const minCharacters = { '0123456789': 1, ABCDEFGHIJKLMNOPQRSTUVWXYZ: 1, abcdefghijklmnopqrstuvwxyz: 2 };
  const { _links, id: _id, environment: _environment, ...body } = policy as Record<string, unknown>;
  t.equal((await call('PUT', `passwordPolicies/${policy?.id}`, { body: { ...body, minCharacters } })).statusCode, 200);
  const json = await exported(app);
  const { app: again } = await startFrom(t, json);
  t.equal(JSON.stringify(await exported(again), null, 1), JSON.stringify(json, null, 1));
});

t.test('an export refers to nothing that could not be read', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  await made(call, await attributesPath(call), { name: 'lvl' });
  await call('PATCH', `users/${ids.alice}`, { body: { lvl: 'x' } });
  const [policy] = await listOf(call, 'passwordPolicies');
  await made(call, 'populations', { name: 'P', passwordPolicy: { id: policy?.id } });
  const group = await made(call, 'groups', { name: 'Some', userFilter: 'lvl eq "x"' });
  const other = await made(call, 'groups', { name: 'Other' });
  await call('POST', `groups/${other}/memberOfGroups`, { body: { id: group } });
  const web = (await call('GET', `applications/${ids.web}`)).json();
  await call('PUT', `applications/${ids.web}`, {
    body: { ...web, accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: other }] } } },
  });
  const rotation = { name: 'R', dn: 'CN=R', usageType: 'SIGNING', algorithm: 'RSA', keyLength: 2048, signatureAlgorithm: 'SHA256withRSA' };
  const policyId = await made(call, 'keyRotationPolicies', { ...rotation, validityPeriod: 365, rotationPeriod: 90 });
  const native = (await call('GET', `applications/${ids.native}`)).json();
  await call('PUT', `applications/${ids.native}`, { body: { ...native, signing: { keyRotationPolicy: { id: policyId } } } });
  const [signOnPolicy] = await listOf(call, 'signOnPolicies');
  await call('POST', `applications/${ids.web}/signOnPolicyAssignments`, { body: { priority: 1, signOnPolicy: { id: signOnPolicy?.id } } });
  for (const part of [
    'passwordPolicies',
    'schemas',
    'populations',
    'groups',
    'resources',
    'signOnPolicies',
    'resources/[^/]+/scopes',
    'keys',
    'keyRotationPolicies',
  ]) {
    const told: string[] = [];
    const read = async (path: string) =>
      new RegExp(`^/environments/[^/]+/${part}(\\?|$)`).test(path) ? undefined : (await call('GET', path)).json();
    const collected = await collectSeed({ read }, { environmentId, users: true, onLeftOut: (text) => told.push(text) });
    await startFrom(t, JSON.parse(JSON.stringify(collected)));
    if (!['keys', 'keyRotationPolicies'].includes(part)) t.not(told.length, 0, `${part}: ${told[0]}`);
  }
  const read = async (path: string) => {
    const answer = await call('GET', path);
    if (answer.statusCode !== 200) return undefined;
    const body = answer.json();
    if (path.endsWith('/applications')) body._embedded.applications.push({ id: ids.bob, name: 'S', type: 'WEB_APP', protocol: 'SAML' });
    if (path.endsWith('/populations')) body._embedded.populations[0].brandNew = { a: 1 };
    return body;
  };
  const told: string[] = [];
  const collected = await collectSeed({ read }, { environmentId, onLeftOut: (text) => told.push(text) });
  await startFrom(t, JSON.parse(JSON.stringify(collected)));
  t.same(told, [
    `/environments/${environmentId}/applications/${ids.bob} (its protocol is SAML)`,
    'populations[0].brandNew: seeds do not include it',
  ]);
});

/** What flow policies consist of, which the management API does not show. */
const flows = async ({ store }: Environment) =>
  (await store.flowPolicies.list()).map(({ id, name, enabled, preset, nodes }) => ({ id, name, enabled, preset, nodes }));

t.test('whatever has been created can be exported and started from', async (t) => {
  const all: Record<string, Step> = { ...steps, ...signOnSteps };
  const step = fc.tuple(fc.constantFrom(...Object.keys(all)), fc.nat(11));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (sequence) => {
      const { app, context, environment } = await buildTestServer(t);
      await applySeed(context, readSeed(flowPolicies, 'flow-policies.json'));
      const call = await managementClient(app);
      for (const [name, at] of sequence) {
        const answer = await all[name]?.(call, at);
        const status = (answer as { statusCode?: number } | undefined)?.statusCode ?? 200;
        if (status >= 500) throw new Error(`${name} ${at}: ${status}`);
      }
      const json = await exported(app);
      const again = await startFrom(t, json);
      const second = await exported(again.app);
      if (JSON.stringify(second) !== JSON.stringify(json)) {
        t.same(second, json);
        throw new Error('it comes out otherwise');
      }
      t.same(await flows(again.environment), await flows(environment));
    }),
    { numRuns: 8 },
  );
  t.pass('each of them started');
});
