import { decodeJwt } from 'jose';
import t from 'tap';
import { createMock } from '../../src/index.js';

const flowPolicyId = '6e9114ac34cfcec300202eae7776f981';

t.test('an environment of a test has flows of DaVinci, and signs on through the one of its application', async (t) => {
  const server = await createMock();
  t.teardown(() => server.close());
  const mock = await server.createEnvironment({
    flowPolicies: [{ id: flowPolicyId, name: 'Sign on', preset: 'sign-on' }],
    apps: [{ flowPolicyAssignments: [{ flowPolicy: 'Sign on' }] }],
    users: [{ username: 'alice' }],
  });
  const flow = await mock.authorize({ user: 'alice' });
  const { id_token: idToken } = await flow.redeem();
  t.match(decodeJwt(String(idToken)), { acr: flowPolicyId, amr: ['pwd'] });
});

t.test('an environment whose flow cannot work is refused with the place and the reason', async (t) => {
  const server = await createMock();
  t.teardown(() => server.close());
  const nodes = [{ type: 'form', buttons: [{ key: 'A', label: 'A' }] }, { type: 'success' }];
  await t.rejects(async () => server.createEnvironment({ flowPolicies: [{ name: 'Anybody', nodes }] }), {
    message: /flowPolicies\[0\]\.nodes\[1\]: success can be reached before the user is known/,
  });
});
