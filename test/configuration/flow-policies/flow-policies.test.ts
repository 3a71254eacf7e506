import t, { type Test } from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const flowId = '6e9114ac34cfcec300202eae7776f981';
const nodes = [
  {
    type: 'form',
    name: 'Sign On',
    fields: [{ key: 'username' }, { key: 'password', type: 'PASSWORD' }],
    buttons: [{ key: 'SIGNON', label: 'Sign On' }],
  },
  { type: 'password' },
  { type: 'success' },
];
const application = { id: '3a5d8d5ee5c1d2d0', name: 'PingOne SSO Connection' };

const start = async (t: Test, environment: object = { flowPolicies: [{ id: flowId, name: 'Sign on', nodes, application }] }) => {
  const server = await buildTestServer(t);
  const seed = async (more: object) => applySeed(server.context, readSeed({ environments: [{ id: environmentId, ...more }] }, 'seed.json'));
  await seed(environment);
  return { ...server, seed, call: await managementClient(server.app) };
};

t.test('flow policies are listed, filtered and read, and cannot be changed', async (t) => {
  const { call } = await start(t);
  const list = (await call('GET', 'flowPolicies')).json();
  const shown = {
    id: flowId,
    name: 'Sign on',
    enabled: true,
    application,
    trigger: { type: 'AUTHENTICATION' },
    environment: { id: environmentId },
  };
  t.match(list, { _embedded: { flowPolicies: [shown] }, count: 1, size: 1 });
  const { _links, ...item } = (await call('GET', `flowPolicies/${flowId.toUpperCase()}`)).json();
  t.same(item, shown, 'neither what it consists of nor when it was made');
  t.match(_links.self.href, new RegExp(`/environments/${environmentId}/flowPolicies/${flowId}$`));
  const filtered = async (filter: string) => (await call('GET', `flowPolicies?filter=${encodeURIComponent(filter)}`)).json();
  t.equal((await filtered('trigger.type eq "AUTHENTICATION"')).count, 1);
  t.equal((await filtered('name eq "Other"')).count, 0);
  t.equal((await filtered('nodes eq "a"')).code, 'INVALID_REQUEST');
  for (const [method, path] of [
    ['POST', 'flowPolicies'],
    ['PUT', `flowPolicies/${flowId}`],
    ['DELETE', `flowPolicies/${flowId}`],
  ] as const)
    t.equal((await call(method, path, { body: { name: 'x' } })).statusCode, 403, `${method} ${path}`);
  for (const [id, status] of [
    ['0'.repeat(32), 404],
    [ids.spa, 400],
    ['constructor', 400],
  ] as const)
    t.equal((await call('GET', `flowPolicies/${id}`)).statusCode, status, id);
});

t.test('a flow policy is assigned to an application, once, and not beside sign-on policies', async (t) => {
  const { call, seed } = await start(t);
  await seed({ flowPolicies: [{ name: 'Register', preset: 'registration' }] });
  const other = (await call('GET', 'flowPolicies?filter=name%20eq%20%22Register%22')).json()._embedded.flowPolicies[0].id;
  const path = `applications/${ids.spa}/flowPolicyAssignments`;
  t.same((await call('GET', path)).json()._embedded.flowPolicyAssignments, []);
  const body = { flowPolicy: { id: flowId }, priority: 2 };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, application: { id: ids.spa }, _links: { flowPolicy: { href: new RegExp(`/flowPolicies/${flowId}$`) } } });
  await call('POST', path, { body: { flowPolicy: { id: other }, priority: 1 } });
  const listed = (await call('GET', path)).json()._embedded.flowPolicyAssignments as { flowPolicy: { id: string } }[];
  t.same(
    listed.map(({ flowPolicy }) => flowPolicy.id),
    [other, flowId],
    'by priority',
  );
  const own = `${path}/${made.json().id}`;
  t.match((await call('PUT', own, { body: { ...body, priority: 3 } })).json(), { priority: 3 });
  t.same((await call('GET', own)).json().priority, 3);
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'flowPolicy']],
    ['priority 0', { ...body, priority: 0 }, [400, 'OUT_OF_RANGE', 'priority']],
    ['no such flow policy', { ...body, flowPolicy: { id: '0'.repeat(32) } }, [400, 'INVALID_VALUE', 'flowPolicy']],
    ['the same again', body, [400, 'UNIQUENESS_VIOLATION', 'flowPolicy']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', path, { body: sent })), expected, name);
  t.same(refusal(await call('PUT', own, { body: { ...body, flowPolicy: { id: other } } })), [400, 'INVALID_VALUE', 'flowPolicy']);

  const [policy] = (await call('GET', 'signOnPolicies')).json()._embedded.signOnPolicies;
  const signOn = { signOnPolicy: { id: policy.id }, priority: 1 };
  t.same(refusal(await call('POST', `applications/${ids.spa}/signOnPolicyAssignments`, { body: signOn })), [
    400,
    'CONSTRAINT_VIOLATION',
    undefined,
  ]);
  await call('POST', `applications/${ids.web}/signOnPolicyAssignments`, { body: signOn });
  t.same(refusal(await call('POST', `applications/${ids.web}/flowPolicyAssignments`, { body })), [400, 'CONSTRAINT_VIOLATION', undefined]);

  t.equal((await call('DELETE', own)).statusCode, 204);
  t.equal((await call('GET', own)).statusCode, 404);
  await call('DELETE', `applications/${ids.spa}`);
  t.equal((await call('GET', 'flowPolicies')).json().count, 2, 'the flow policies stay');
});

t.test('an export holds flow policies with their nodes, and what applications use of them', async (t) => {
  const { app } = await start(t, {
    flowPolicies: [
      { name: 'Sign on', nodes },
      { name: 'Register', preset: 'registration', enabled: false },
    ],
    applications: [{ name: 'With flows', flowPolicyAssignments: [{ flowPolicy: 'Sign on' }, { flowPolicy: { name: 'Register' } }] }],
  });
  const exported = (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const [environment] = exported.environments;
  t.match(environment.flowPolicies, [
    { id: /^[0-9a-f]{32}$/, name: 'Sign on', enabled: true, nodes },
    { name: 'Register', enabled: false, preset: 'registration' },
  ]);
  const own = environment.applications.find(({ name }: { name: string }) => name === 'With flows');
  t.match(own.flowPolicyAssignments, [
    { flowPolicy: environment.flowPolicies[0].id, priority: 1 },
    { flowPolicy: environment.flowPolicies[1].id, priority: 2 },
  ]);

  const again = await buildTestServer(t);
  await applySeed(again.context, readSeed(exported, 'exported.json'));
  t.same(
    (await again.app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json(),
    exported,
    'and starts another mock that exports the same',
  );
});

t.test('a pulled flow policy signs on as the ready flow does', async (t) => {
  const { app, context } = await start(t);
  const call = await managementClient(app);
  await call('POST', `applications/${ids.spa}/flowPolicyAssignments`, { body: { flowPolicy: { id: flowId }, priority: 1 } });
  const said: string[] = [];
  const read = async (path: string) => {
    const answer = await call('GET', path.replace(`/environments/${environmentId}/`, '').replace(`/environments/${environmentId}`, ''));
    return answer.statusCode === 200 ? answer.json() : undefined;
  };
  const pulled = await collectSeed({ read }, { environmentId, onLeftOut: (text) => said.push(text) });
  const [environment] = pulled.environments as { flowPolicies?: object[] }[];
  t.same(environment?.flowPolicies, [{ id: flowId, name: 'Sign on', enabled: true, application }]);
  await applySeed(context, readSeed(pulled, 'pulled.json'));
  t.match(await context.environments.get(environmentId)?.store.flowPolicies.get(flowId), { name: 'Sign on', nodes: undefined });
});

t.test('a seed with flow policies that cannot work is refused with the place and the reason', async (t) => {
  const { seed } = await start(t, {});
  const cases: [object, RegExp][] = [
    [{ flowPolicies: [{ name: 'A', nodes: [] }] }, /^seed\.json: environments\[0\]\.flowPolicies\[0\]\.nodes: expected at least one node$/],
    [
      { flowPolicies: [{ name: 'A', nodes: [nodes[0], { type: 'pasword' }] }] },
      /flowPolicies\[0\]\.nodes\[1\]\.type: there is no type "pasword"; did you mean "password"\?/,
    ],
    [
      { flowPolicies: [{ name: 'A', nodes, preset: 'sign-on' }] },
      /flowPolicies\[0\]\.preset: a flow policy has either its own nodes or a preset/,
    ],
    [
      { flowPolicies: [{ name: 'A', preset: 'login' }] },
      /flowPolicies\[0\]\.preset: expected one of sign-on, registration, password-reset/,
    ],
    [{ flowPolicies: [{ name: 'A', id: ids.spa }] }, /flowPolicies\[0\]\.id: /],
    [
      { flowPolicies: [{ name: 'A', nodes: [{ ...nodes[0], button: [] }] }] },
      /flowPolicies\[0\]\.nodes\[0\]: unknown name "button"; did you mean "buttons"\?/,
    ],
    [{ flowPolicies: [{ name: 'A', nodes: [{ ...nodes[0], fields: [{ key: '__proto__' }] }] }] }, /fields\[0\]\.key: /],
    [
      { applications: [{ name: 'A', flowPolicyAssignments: [{ flowPolicy: 'Sing on' }] }] },
      /flowPolicyAssignments\[0\]\.flowPolicy: there is no flow policy "Sing on"/,
    ],
    [
      {
        flowPolicies: [{ name: 'A' }],
        applications: [
          { name: 'A', flowPolicyAssignments: [{ flowPolicy: 'A' }], signOnPolicyAssignments: [{ signOnPolicy: 'Single_Factor' }] },
        ],
      },
      /flowPolicyAssignments: an application uses sign-on policies or flow policies, not both/,
    ],
  ];
  for (const [more, expected] of cases) await t.rejects(seed(more), { message: expected }, JSON.stringify(more));
});
