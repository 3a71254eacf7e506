import t from 'tap';
import { managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const organizationId = 'd0000000-0000-4000-8000-000000000001';
const unknown = '99999999-9999-4999-8999-999999999999';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const { license } = (await call('GET', `/environments/${environmentId}`)).json();
  const body = { name: 'Second', type: 'SANDBOX', region: 'EU', license, description: 'Another', icon: 'https://x/i.png' };
  return { ...server, call, license, body };
};

t.test('a new environment is fully usable, and deleting it removes everything of it', async (t) => {
  const { app, call, body, context } = await start(t);
  const products = [{ type: 'PING_ONE_MFA', console: { href: 'https://x' }, bookmarks: [{ name: 'b', href: 'https://y' }] }];
  const made = await call('POST', '/environments', { body: { ...body, billOfMaterials: { products, solutionType: 'CUSTOMER' } } });
  t.equal(made.statusCode, 201);
  const { id, billOfMaterials, ...rest } = made.json();
  t.equal(made.headers.location, `http://localhost:9400/v1/environments/${id}`);
  t.match(rest, { ...body, organization: { id: organizationId } });
  t.match(billOfMaterials, { products, solutionType: 'CUSTOMER' });
  t.same((await call('GET', `/environments/${id}?expand=billOfMaterials`)).json(), made.json());
  t.notOk('billOfMaterials' in (await call('GET', `/environments/${id}`)).json());

  const sizes = {
    populations: 1,
    passwordPolicies: 3,
    signOnPolicies: 2,
    themes: 1,
    languages: 17,
    resources: 2,
    applications: 3,
    keys: 1,
    keyRotationPolicies: 1,
    users: 0,
  };
  for (const [name, size] of Object.entries(sizes)) t.equal((await call('GET', `/environments/${id}/${name}`)).json().size, size, name);
  const discovery = await app.inject(`/${id}/as/.well-known/openid-configuration`);
  t.match(discovery.json().issuer, new RegExp(`/${id}/as$`));
  const [own, first] = [context.environments.get(id), context.environments.get(environmentId)];
  t.not(own?.keys.current.kid, first?.keys.current.kid, 'with keys of its own');

  const roles = (await call('GET', `applications/${ids.worker}/roleAssignments`)).json()._embedded.roleAssignments;
  t.equal(roles.filter(({ scope }: { scope: { id: string } }) => scope.id === id).length, 3, 'whoever made it has three roles in it');
  const user = { username: 'carol', email: 'c@example.com' };
  t.equal((await call('POST', `/environments/${id}/users`, { body: user })).statusCode, 201);
  const worker = { name: 'W', enabled: true, type: 'WORKER', protocol: 'OPENID_CONNECT' };
  const created = (await call('POST', `/environments/${id}/applications`, { body: worker })).json();
  const { secret } = (await call('GET', `/environments/${id}/applications/${created.id}/secret`)).json();
  const token = await workerToken(app, { id: created.id, secret, environment: id });
  const inside = await managementClient(app, token);
  t.equal((await inside('GET', `/environments/${id}/users`)).json().count, 1);

  t.equal((await call('DELETE', `/environments/${id}`)).statusCode, 204);
  t.match((await call('GET', `/environments/${id}`)).json(), { code: 'NOT_FOUND', message: `Unable to find environment with ID: '${id}'` });
  t.equal((await call('GET', `/environments/${id}/users`)).statusCode, 403);
  t.equal((await app.inject(`/${id}/as/.well-known/openid-configuration`)).statusCode, 404);
  t.equal((await call('GET', `applications/${ids.worker}/roleAssignments`)).json().size, 4, 'its roles are gone');
});

t.test('an environment with a bad or missing member is refused', async (t) => {
  const { call, body, environment } = await start(t);
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['a region', { ...body, region: 'XX' }, [400, 'INVALID_VALUE', 'region']],
    ['a region in lower case', { ...body, region: 'eu' }, [400, 'INVALID_VALUE', 'region']],
    ['no license', { ...body, license: undefined }, [400, 'EMPTY_VALUE', 'license']],
    ['a type', { ...body, type: 'TEST' }, [400, 'INVALID_VALUE', 'type']],
    ['a name that is taken', { ...body, name: 'DEMO' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['a product', { ...body, billOfMaterials: { products: [{ type: 'X' }] } }, [400, 'INVALID_VALUE', 'billOfMaterials.products.type']],
    ['1 MB', { ...body, name: 'x'.repeat(1_000_000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'name']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', '/environments', { body: sent })), expected, name);
  t.match((await call('POST', '/environments', { body: cases[1][1] })).json(), {
    details: [{ innerError: { allowedValues: ['AP', 'AU', 'CA', 'EU', 'NA', 'SG'] } }],
  });
  const twins = await Promise.all([1, 2].map(() => call('POST', '/environments', { body })));
  t.same(twins.map(({ statusCode }) => statusCode).sort(), [201, 400], 'of two at once, one is made');

  for (const { id, scope } of await environment.store.roleAssignments.find('holder.id', ids.worker))
    if (scope.type === 'ORGANIZATION') await environment.store.roleAssignments.take(id);
  t.equal((await call('POST', '/environments', { body: { ...body, name: 'Third' } })).statusCode, 403, 'no role in the organization');
});

t.test('an environment keeps its region, returns from DELETE_PENDING and, in PRODUCTION, cannot be deleted', async (t) => {
  const { call, body, clock } = await start(t);
  const { id } = (await call('POST', '/environments', { body })).json();
  const path = `/environments/${id}`;
  clock.advance(60_000);
  const replaced = (await call('PUT', path, { body: { ...body, name: 'Renamed', region: 'NA', description: null } })).json();
  t.match(replaced, { name: 'Renamed', region: 'EU', updatedAt: '2026-11-22T12:01:00.000Z' }, 'the region stays');
  t.notOk('description' in replaced);
  t.same((await call('GET', path)).json(), replaced);
  t.same(refusal(await call('PUT', path, { body: { ...body, name: 'Demo' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);

  t.match((await call('PUT', `${path}/status`, { body: { status: 'DELETE_PENDING' } })).json(), {
    status: 'DELETE_PENDING',
    softDeletedAt: '2026-11-22T12:01:00.000Z',
  });
  const back = (await call('PUT', `${path}/status`, { body: { status: 'ACTIVE' } })).json();
  t.equal(back.status, 'ACTIVE');
  t.notOk('softDeletedAt' in back);
  t.same(refusal(await call('PUT', `${path}/status`, { body: { status: 'GONE' } })), [400, 'INVALID_VALUE', 'status']);

  const bill = { products: [{ type: 'PING_ONE_BASE' }, { type: 'PING_ID', description: 'x' }], solutionType: 'WORKFORCE' };
  t.match((await call('PUT', `${path}/billOfMaterials`, { body: bill })).json(), bill);
  t.match((await call('GET', `${path}/billOfMaterials`)).json(), { ...bill, _links: { environment: {} } });
  t.equal((await call('GET', `${path}/capabilities`)).json().canUseCustomSchema, true);
  for (const name of ['gateways']) {
    t.same((await call('GET', `${path}/${name}`)).json()._embedded[name], []);
    t.equal((await call('GET', `${path}/${name}/${unknown}`)).statusCode, 404);
  }

  t.equal((await call('PUT', `${path}/type`, { body: { type: 'PRODUCTION' } })).json().type, 'PRODUCTION');
  t.same(refusal(await call('PUT', `${path}/type`, { body: { type: 'SANDBOX' } })), [400, 'INVALID_VALUE', 'type']);
  t.same(refusal(await call('PUT', path, { body })), [400, 'INVALID_VALUE', 'type']);
  t.same(refusal(await call('DELETE', path)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.equal((await call('GET', path)).statusCode, 200, 'nothing is lost');
});

t.test('environments are listed, filtered and paged', async (t) => {
  const { call, body } = await start(t);
  for (const name of ['Alpha', 'Beta', 'Gamma']) await call('POST', '/environments', { body: { ...body, name } });
  const names = async (query: string) =>
    (await call('GET', `/environments${query}`)).json()._embedded.environments.map(({ name }: { name: string }) => name);
  t.same(await names(''), ['Demo', 'Alpha', 'Beta', 'Gamma']);
  t.same(await names('?filter=name%20sw%20%22Al%22'), ['Alpha']);
  t.same(await names(`?filter=(id%20eq%20%22${environmentId}%22)`), ['Demo']);
  t.same(await names('?filter=status%20eq%20%22ACTIVE%22'), ['Demo', 'Alpha', 'Beta', 'Gamma'], 'also those that do not say so');
  await call('PUT', `/environments/${environmentId}/status`, { body: { status: 'DELETE_PENDING' } });
  t.same(await names('?filter=status%20eq%20%22DELETE_PENDING%22'), ['Demo']);
  t.equal((await call('GET', '/environments?filter=x')).statusCode, 400);
  t.equal((await call('GET', '/environments?limit=0')).statusCode, 400);
  const seen: string[] = [];
  for (let at: string | undefined = '/environments?limit=2'; at !== undefined; ) {
    const page: { _embedded: { environments: { name: string }[] }; _links: { next?: { href: string } } } = (await call('GET', at)).json();
    seen.push(...page._embedded.environments.map(({ name }) => name));
    at = page._links.next?.href.split('/v1')[1];
  }
  t.same(seen.sort(), ['Alpha', 'Beta', 'Demo', 'Gamma']);
  const [expanded] = (await call('GET', '/environments?expand=billOfMaterials')).json()._embedded.environments;
  t.ok(expanded.billOfMaterials.products.length > 0);
});

t.test('environments and licenses are sorted by the order parameter', async (t) => {
  const { call, body, context, license, clock } = await start(t);
  for (const name of ['beta', 'Alpha', 'Gamma']) {
    clock.advance(60_000);
    await call('POST', '/environments', { body: { ...body, name } });
  }
  const names = async (query: string) =>
    (await call('GET', `/environments${query}`)).json()._embedded.environments.map(({ name }: { name: string }) => name);
  t.same(await names('?order=name'), ['Alpha', 'beta', 'Demo', 'Gamma'], 'capitals do not matter');
  t.same(await names('?order=-createdAt'), ['Gamma', 'Alpha', 'beta', 'Demo']);
  t.same(await names('?order=-name&filter=name%20sw%20%22a%22'), ['Alpha']);

  const seen: string[] = [];
  for (let at: string | undefined = '/environments?limit=1&order=-name'; at !== undefined; ) {
    const page: { _embedded: { environments: { name: string }[] }; _links: { next?: { href: string } } } = (await call('GET', at)).json();
    seen.push(...page._embedded.environments.map(({ name }) => name));
    at = page._links.next?.href.split('/v1')[1];
    // The place of a page stays, whatever becomes of the environment that it was after.
    const last = context.environments.list().find(({ record }) => record.name === 'Gamma');
    if (last) await call('DELETE', `/environments/${last.id}`);
  }
  t.same(seen, ['Gamma', 'Demo', 'beta', 'Alpha']);

  const { href } = (await call('GET', '/environments?limit=1&order=name')).json()._links.next;
  const cursor = new URL(href).searchParams.get('cursor');
  const forged = Buffer.from('environments:name {"id":1}').toString('base64url');
  for (const query of [`limit=1&cursor=${cursor}`, `order=-name&cursor=${cursor}`, `order=name&cursor=${forged}`, 'order=name&cursor=x'])
    t.same(refusal(await call('GET', `/environments?${query}`)), [400, 'INVALID_PARAMETER', 'cursor'], query);
  for (const order of ['', '-', 'nothing', 'constructor', '--name', '+name'])
    t.same(refusal(await call('GET', `/environments?order=${order}`)), [400, 'INVALID_PARAMETER', 'order'], `"${order}"`);

  const other = { ...license, id: unknown };
  await call('POST', '/environments', { body: { ...body, name: 'Licensed', license: other } });
  const licensed = context.environments.list().find(({ record }) => record.name === 'Licensed');
  if (licensed) await context.environments.replace({ ...licensed.record, license: other });
  const licenses = async (query: string) =>
    (await call('GET', `/organizations/${organizationId}/licenses${query}`)).json()._embedded.licenses.map(({ id }: { id: string }) => id);
  t.same(await licenses('?order=beginsAt'), [license.id, unknown]);
  t.same(await licenses('?order=-beginsAt'), [unknown, license.id]);
  t.same(await licenses('?filter=beginsAt%20lt%20%222026-11-22T12:01:00.000Z%22&order=-beginsAt'), [license.id]);
  const path = `/organizations/${organizationId}/licenses`;
  t.same(refusal(await call('GET', `${path}?filter=beginsAt%20gt%20%22x%22`)), [400, 'INVALID_FILTER', 'filter']);
  t.same(refusal(await call('GET', `${path}?order=x`)), [400, 'INVALID_PARAMETER', 'order']);
});

t.test('licenses are filtered by status and start, and one can be renamed', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const { organization, license } = environment.record;
  const path = `/organizations/${organization.id}/licenses`;
  const found = async (filter: string): Promise<string[]> =>
    (await call('GET', `${path}?filter=${encodeURIComponent(filter)}`)).json()._embedded.licenses.map(({ id }: { id: string }) => id);
  t.same(await found('(status eq "active") and (beginsAt lt "2027-01-01T00:00:00Z")'), [license.id]);
  t.same(await found('status eq "EXPIRED"'), []);
  t.match((await call('GET', path)).json()._embedded.licenses, [
    { name: 'License', environments: { regions: ['AP', 'AU', 'CA', 'EU', 'NORTH_AMERICA', 'SG'] } },
  ]);
  const name = `${path}/${license.id}/name`;
  t.match((await call('GET', name)).json(), { name: 'License', _links: { self: { href: /name$/ }, license: {} } });
  t.match((await call('PUT', name, { body: { name: 'Ours' } })).json(), { name: 'Ours' });
  t.equal((await call('GET', `${path}/${license.id}`)).json().name, 'Ours');
  t.equal((await call('GET', name)).json().name, 'Ours');
  t.equal((await call('PUT', name, { body: {} })).statusCode, 400);
  const other = `${path}/99999999-9999-4999-8999-999999999999/name`;
  t.equal((await call('PUT', other, { body: { name: 'x' } })).statusCode, 404);
  const reader = { id: '7aba580c-5ec7-4b26-987d-85f462767455' };
  for (const { id, ...held } of await environment.store.roleAssignments.find('holder.id', ids.worker))
    await environment.store.roleAssignments.put({ id, ...held, role: reader });
  t.equal((await call('PUT', name, { body: { name: 'x' } })).statusCode, 403, 'only administrators of the organization');
});

t.test('organizations and their licenses are shown, and other organizations are refused', async (t) => {
  const { call, license } = await start(t);
  const { _embedded } = (await call('GET', '/organizations')).json();
  t.match(_embedded.organizations, [{ id: organizationId }]);
  t.same((await call('GET', `/organizations/${organizationId}`)).json(), _embedded.organizations[0]);
  const licenses = (await call('GET', `/organizations/${organizationId}/licenses`)).json()._embedded.licenses;
  t.match(licenses, [{ id: license.id, organization: { id: organizationId }, status: 'ACTIVE', assignedEnvironmentsCount: 1 }]);
  t.same((await call('GET', `/organizations/${organizationId}/licenses/${license.id}`)).json(), licenses[0]);
  t.equal((await call('GET', `/organizations/${organizationId}/licenses/${unknown}`)).statusCode, 404);
  const foreign = await call('GET', `/organizations/${unknown}`);
  t.equal(foreign.statusCode, 403);
  t.match(foreign.json(), { message: 'The request could not be completed. You do not have access to this resource.' });
});

t.test('a new environment has PingOne’s policies for passwords and for signing on', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const { passwordPolicies } = (await call('GET', 'passwordPolicies')).json()._embedded;
  t.same(
    passwordPolicies.map((policy: { name: string; default: boolean }) => [policy.name, policy.default]),
    [
      ['Standard', true],
      ['Passphrase', false],
      ['Basic', false],
    ],
  );
  const [, passphrase, basic] = passwordPolicies;
  t.match(passphrase, { minComplexity: 7, excludesProfileData: true, notSimilarToCurrent: true, maxAgeDays: 182, history: { count: 6 } });
  t.notOk('length' in passphrase);
  t.match(basic, { length: { min: 8, max: 255 }, lockout: { failureCount: 5, durationSeconds: 900 }, minCharacters: { '0123456789': 1 } });
  t.notOk('maxAgeDays' in basic, 'and a basic password never expires');
  const { signOnPolicies } = (await call('GET', 'signOnPolicies')).json()._embedded;
  t.same(
    signOnPolicies.map((policy: { name: string; default: boolean }) => [policy.name, policy.default]),
    [
      ['Single_Factor', true],
      ['Multi_Factor', false],
    ],
  );
  const { actions } = (await call('GET', `signOnPolicies/${signOnPolicies[1].id}/actions`)).json()._embedded;
  t.same(
    actions.map(({ type, priority }: { type: string; priority: number }) => [type, priority]),
    [
      ['LOGIN', 1],
      ['MULTI_FACTOR_AUTHENTICATION', 2],
    ],
  );
});
