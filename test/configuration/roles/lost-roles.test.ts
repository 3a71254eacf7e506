import t, { type Test } from 'tap';
import { deletePopulation } from '../../../src/configuration/directory/populations.js';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import { newMembers } from '../../../src/configuration/items.js';
import { assignRole } from '../../../src/configuration/roles/role-assignments.js';
import type { Environment, Environments } from '../../../src/environment/context.js';
import type { RoleAssignment } from '../../../src/environment/model/configuration.js';
import type { PingOneError } from '../../../src/pingone/pingone-error.js';
import { type Call, managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids, store } from '../../helpers/server.js';

const environmentAdmin = '29ddce68-cd7f-4b2a-b6fc-f7a19553b496';
const identityReader = 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c';
const unknown = '99999999-9999-4999-8999-999999999999';

const worker = (name: string, assignActorRoles = false) => ({
  name,
  enabled: true,
  type: 'WORKER',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['CLIENT_CREDENTIALS'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  assignActorRoles,
});
const second = { name: 'Second', region: 'NA', type: 'SANDBOX', license: { id: 'b0000000-0000-4000-8000-00000000000f' } };

async function start(t: Test) {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const idOf = async (path: string, body: object): Promise<string> => {
    const answer = await call('POST', path, { body });
    if (answer.statusCode !== 201) throw new Error(`${path}: ${answer.body}`);
    return answer.json().id;
  };
  return { ...server, call, idOf };
}

type Assigned = Pick<RoleAssignment, 'role' | 'scope'>;

/** Assigns roles to a worker as an edited data folder does, without asking whether there is such a scope. */
const assign = (environment: Environment, id: string, assignments: readonly Assigned[]) =>
  Promise.all(
    assignments.map((assigned) =>
      environment.store.roleAssignments.put({ ...newMembers(environment), holder: { id, type: 'APPLICATION' }, ...assigned }),
    ),
  );

/** The scopes and roles of assignments that lead nowhere, in all environments. */
async function lost(environments: Environments): Promise<string[]> {
  const there = new Set<string>();
  for (const { id, record, store } of environments.list())
    for (const each of [
      id,
      record.organization.id,
      ...[...(await store.populations.list()), ...(await store.applications.list())].map((one) => one.id),
    ])
      there.add(each);
  const found: string[] = [];
  for (const { store } of environments.list())
    for (const { holder, scope } of await store.roleAssignments.list())
      if (!there.has(scope.id)) found.push(`${holder.id} on ${scope.type} ${scope.id}`);
  return found;
}

t.test('a worker with roles on what is gone is read, changed and deleted like one without', async (t) => {
  const { call, environment, idOf } = await start(t);
  const cases: [string, Assigned][] = [
    ...['ENVIRONMENT', 'POPULATION', 'APPLICATION', 'ORGANIZATION'].map((type): [string, Assigned] => [
      type,
      { role: { id: identityReader }, scope: { id: unknown, type } },
    ]),
    ['a custom role', { role: { id: unknown }, scope: { id: environmentId, type: 'ENVIRONMENT' } }],
  ];
  for (const [what, assigned] of cases) {
    const id = await idOf('applications', worker(what));
    await assign(environment, id, [assigned]);
    t.equal((await call('GET', `applications/${id}/secret`)).statusCode, 200, `${what}: its secret`);
    t.equal((await call('PUT', `applications/${id}`, { body: worker(`${what} again`) })).statusCode, 200, what);
    const [held] = (await call('GET', `applications/${id}/roleAssignments`)).json()._embedded.roleAssignments;
    t.match(held, { ...assigned, readOnly: false });
    t.equal((await call('DELETE', `applications/${id}/roleAssignments/${held.id}`)).statusCode, 204, `${what}: the role`);
    await assign(environment, id, [assigned]);
    t.equal((await call('DELETE', `applications/${id}`)).statusCode, 204, what);
  }
  const id = await idOf('applications', worker('Stronger'));
  await environment.store.roleAssignments.take((await environment.store.roleAssignments.find('holder.id', ids.worker))[0]?.id ?? '');
  await assign(environment, id, [
    { role: { id: '1813bc13-8d13-4e88-a825-d40bfe82777b' }, scope: { id: environment.record.organization.id, type: 'ORGANIZATION' } },
  ]);
  t.equal((await call('GET', `applications/${id}/secret`)).statusCode, 403, 'a role that gives more still counts');
});

t.test('roles end with their scope in every environment, whoever removes it', async (t) => {
  const { app, call, context, environment, idOf } = await start(t);
  const other = await createEnvironment(context, { name: 'Other', organization: environment.record.organization });
  const holder = await idOf('applications', worker('Holder'));
  const before = async () => (await environment.store.roleAssignments.list()).length;
  const bare = await before();
  const population = await idOf(`/environments/${other.id}/populations`, { name: 'Staff' });
  const client = await idOf(`/environments/${other.id}/applications`, worker('Client'));
  const scopes = {
    population: { id: population, type: 'POPULATION' },
    application: { id: client, type: 'APPLICATION' },
    environment: { id: other.id, type: 'ENVIRONMENT' },
  };
  const give = (...named: readonly (keyof typeof scopes)[]) =>
    assign(
      environment,
      holder,
      named.map((name) => ({ role: { id: identityReader }, scope: scopes[name] })),
    );
  await give('population', 'application');
  t.equal((await call('DELETE', `/environments/${other.id}/populations/${population}`)).statusCode, 204);
  t.equal(await before(), bare + 1);
  t.equal((await call('DELETE', `/environments/${other.id}/applications/${client}`)).statusCode, 204);
  t.equal(await before(), bare);
  scopes.population.id = await idOf(`/environments/${other.id}/populations`, { name: 'Staff' });
  scopes.application.id = await idOf(`/environments/${other.id}/applications`, worker('Client'));
  await give('population', 'application', 'environment');
  t.equal((await app.inject({ method: 'DELETE', url: `/__mock/v1/environments/${other.id}` })).statusCode, 204);
  t.equal(await before(), bare, 'also those in an environment that the control API removes');
  const again = await createEnvironment(context, { ...other.record, name: 'Again' });
  t.equal(again.id, other.id);
  t.equal(await before(), bare, 'and a new one of the same id finds none of them');
});

t.test('roles that are given while their scope is removed do not outlive it', async (t) => {
  const { call, context, idOf } = await start(t);
  const give = (scope: { id: string; type: string }, role: string) =>
    call('POST', `applications/${holder}/roleAssignments`, { body: { role: { id: role }, scope } });
  const holder = await idOf('applications', worker('Holder'));
  const contests: Record<string, () => Promise<[remove: () => ReturnType<Call>, give: () => ReturnType<Call>]>> = {
    'a worker with the roles of its creator': async () => {
      const id = await idOf('/environments', second);
      return [() => call('DELETE', `/environments/${id}`), () => call('POST', 'applications', { body: worker('Copy', true) })];
    },
    'a role in an environment': async () => {
      const id = await idOf('/environments', second);
      return [() => call('DELETE', `/environments/${id}`), () => give({ id, type: 'ENVIRONMENT' }, environmentAdmin)];
    },
    'a role in a population': async () => {
      const id = await idOf('populations', { name: 'Staff' });
      return [() => call('DELETE', `populations/${id}`), () => give({ id, type: 'POPULATION' }, identityReader)];
    },
    'a worker that gets a role in a population': async () => {
      const id = await idOf('populations', { name: 'Staff' });
      await give({ id, type: 'POPULATION' }, identityReader);
      return [() => call('DELETE', `populations/${id}`), () => call('POST', 'applications', { body: worker('Copy', true) })];
    },
  };
  for (const [what, prepare] of Object.entries(contests)) {
    const statuses = new Set<number>();
    for (let lead = -12; lead <= 12; lead += 1) {
      const [remove, assignIt] = await prepare();
      const [first, then] = lead < 0 ? [remove, assignIt] : [assignIt, remove];
      const begun = first();
      for (let turn = 0; turn < Math.abs(lead); turn += 1) await null;
      const answers = await Promise.all([begun, then()]);
      for (const { statusCode } of answers) statuses.add(statusCode);
      t.same(await lost(context.environments), [], `${what}, ${lead}`);
    }
    t.notOk(
      [...statuses].some((status) => status >= 500),
      what,
    );
  }
});

t.test('a role is refused as one on an unknown scope when the scope goes while it is assigned', async (t) => {
  const { context, environment, idOf } = await start(t);
  const holder = await idOf('applications', worker('Holder'));
  const removals: Record<string, () => Promise<[scope: RoleAssignment['scope'], remove: () => Promise<unknown>]>> = {
    environment: async () => {
      const id = await idOf('/environments', second);
      return [{ id, type: 'ENVIRONMENT' }, () => context.environments.remove(id)];
    },
    population: async () => {
      const id = await idOf('populations', { name: 'Staff' });
      const population = await environment.store.populations.get(id);
      if (!population) throw new Error('it was just made');
      return [{ id, type: 'POPULATION' }, () => deletePopulation(context.environments, environment, population)];
    },
  };
  for (const [what, prepare] of Object.entries(removals)) {
    const outcomes = new Set<string>();
    // One of the two is so many steps ahead: both orders, and all that lies between them.
    for (let lead = -40; lead <= 40; lead += 1) {
      const [scope, remove] = await prepare();
      const own = await environment.store.roleAssignments.find('holder.id', ids.worker);
      const assignIt = () =>
        assignRole(context, environment, own, { id: holder, type: 'APPLICATION' }, { role: { id: identityReader }, scope }).then(
          () => 'assigned',
          (error: unknown) => String((error as PingOneError).details[0]?.target),
        );
      const removing = lead < 0 ? remove() : undefined;
      const assigning = lead < 0 ? undefined : assignIt();
      for (let step = 0; step < Math.abs(lead); step += 1) await null;
      const [outcome] = await Promise.all([assigning ?? assignIt(), removing ?? remove()]);
      outcomes.add(outcome);
      t.same(await lost(context.environments), [], `${what}, ${lead}`);
    }
    // With a shared store, one of the two may always be the first.
    if (store === undefined) t.same([...outcomes].sort(), ['assigned', 'scope'], what);
  }
});
