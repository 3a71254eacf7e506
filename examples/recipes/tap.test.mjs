import { startMock } from 'pingone-mock';
import t from 'tap';

let mock;
t.before(async () => {
  mock = await startMock();
});
t.teardown(() => mock.close());

t.test('an access token is over after an hour', async (t) => {
  const env = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe' }] });
  const { access_token } = await (await env.authorize()).redeem();
  const userinfo = () => fetch(`${env.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  t.equal((await userinfo()).status, 200);
  env.clock.advance('61m');
  t.equal((await userinfo()).status, 401);
});
