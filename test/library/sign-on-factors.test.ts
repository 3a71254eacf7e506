import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { connectMock, type RemoteEnvironment, type SignOnOptions, startMock } from '../../src/index.js';

/** The `amr` of a sign-on that one line of a test asks for. */
async function amrOf(
  mock: Omit<RemoteEnvironment, 'delete' | 'reset'>,
  user: string,
  options?: SignOnOptions,
  app?: string,
): Promise<unknown> {
  const flow = await mock.authorize({ ...(app !== undefined && { app }) });
  const callback = new URL(await mock.signOn(flow.authorizeUrl, user, options));
  const { id_token: idToken = '' } = await flow.redeem({ code: callback.searchParams.get('code') ?? '' });
  return decodeJwt(idToken).amr;
}

const policy = (name: string, ...actions: object[]) => ({ name, actions });
const mfa = { type: 'MULTI_FACTOR_AUTHENTICATION' };
const providerId = 'c0000000-0000-4000-8000-00000000000f';

async function start(t: Test) {
  const server = await startMock();
  t.teardown(() => server.close());
  return { server, remote: await connectMock(server.url) };
}

t.test('a line for each factor does the same in the process of the mock and over the network', async (t) => {
  const { server, remote } = await start(t);
  for (const [name, mock] of Object.entries({ server, remote })) {
    const environment = await mock.createEnvironment({
      apps: [{}],
      users: [{ username: 'dora', email: 'dora@example.com' }, { username: 'erin' }],
      signOnPolicies: [{ ...policy('Two_Steps', { type: 'LOGIN' }, mfa), default: true }],
    });
    t.same(await amrOf(environment, 'dora', { otp: 'auto' }), ['pwd', 'otp', 'mfa'], `${name}: a passcode`);
    t.same(await amrOf(environment, 'erin', { otp: 'auto' }), ['pwd', 'otp', 'mfa'], `${name}: of an app, without an address`);
    t.same(await amrOf(environment, 'dora', { passkey: true }), ['pwd', 'hwk', 'mfa'], `${name}: a passkey`);
    t.same(await amrOf(environment, 'dora', { push: 'approve' }), ['pwd', 'swk', 'mfa'], `${name}: a phone`);
    t.same(await amrOf(environment, 'dora'), ['pwd'], `${name}: nothing of it`);
    await t.rejects(amrOf(environment, 'dora', { push: 'deny' }), { name: 'MockError' }, `${name}: the phone denies`);
  }
});

t.test('a sign-on is one at another provider where the policy or the user’s authority says so', async (t) => {
  const { server, remote } = await start(t);
  for (const [name, mock] of Object.entries({ server, remote })) {
    const environment = await mock.createEnvironment({
      apps: ['Password', 'Provider', 'Both'].map((name) => ({ name, signOnPolicyAssignments: [{ signOnPolicy: name, priority: 1 }] })),
      identityProviders: [{ id: providerId, name: 'Elsewhere', type: 'GOOGLE', clientId: 'x', clientSecret: 'x' }],
      populations: [{ name: 'Partners', defaultIdentityProvider: 'Elsewhere' }],
      users: [
        { username: 'dora', email: 'dora@example.com' },
        { username: 'carol', population: 'Partners' },
      ],
      signOnPolicies: [
        policy('Password', { type: 'LOGIN' }),
        policy('Provider', { type: 'IDENTITY_PROVIDER', identityProvider: { id: providerId } }),
        policy('Both', { type: 'IDENTITY_PROVIDER', identityProvider: { id: providerId } }, mfa),
      ],
    });
    const cases: [user: string, app: string, options: SignOnOptions | undefined, amr: string[]][] = [
      ['dora', 'Password', undefined, ['pwd']],
      ['dora', 'Provider', undefined, ['ext']],
      ['dora', 'Both', { otp: 'auto' }, ['ext', 'otp', 'mfa']],
      ['carol', 'Password', undefined, ['ext']],
    ];
    for (const [user, app, options, expected] of cases)
      t.same(await amrOf(environment, user, options, app), expected, `${name}: ${user} by ${app}`);
  }
});
