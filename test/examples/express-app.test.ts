import t from 'tap';
import { launchReady } from '../package/command.js';
import { control, startExample } from './application.js';

/** A browser as far as this application needs one: it keeps one cookie and shows where it is sent. */
function browser(origin: string) {
  let cookie = '';
  return async (address: string) => {
    const response = await fetch(new URL(address, origin), { redirect: 'manual', headers: { cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
  };
}

t.test('a person signs on to the Express application, and off', async (t) => {
  const { ready } = await launchReady(t);
  const open = browser(await startExample(t, 'express-app/server.js', ready));
  t.equal((await open('/')).text, 'Nobody is signed on');

  const asked = await open('/login');
  t.equal(asked.status, 302);
  t.ok(asked.location.startsWith(`${ready.issuer}/authorize?`));
  const { callback_url: callback } = await control(ready, '/environments/default/sign-on', {
    authorize_url: asked.location,
    username: 'alice',
  });
  t.match(await open(callback as string), { status: 302, location: '/' });
  t.equal((await open('/')).text, 'Signed on as alice');

  const left = await open('/logout');
  t.ok(left.location.startsWith(`${ready.issuer}/signoff?`), left.location);
  t.equal((await open('/')).text, 'Nobody is signed on');
});

t.test('the Express application tells of what goes wrong', async (t) => {
  const { ready } = await launchReady(t);
  const origin = await startExample(t, 'express-app/server.js', ready);
  const callbackOf = async (open: ReturnType<typeof browser>, answer: object = {}) => {
    const { location } = await open('/login');
    return (await control(ready, '/environments/default/sign-on', { authorize_url: location, username: 'alice', ...answer }))
      .callback_url as string;
  };
  const open = browser(origin);

  t.match(await open('/callback?code=x'), { status: 400, text: 'No sign-on is under way in this browser' });
  t.match(await open(await callbackOf(open, { deny: true })), { status: 400, text: 'Sign-on failed: access_denied' });
  const [first, second] = [browser(origin), browser(origin)];
  const [theirs] = [await callbackOf(first), await callbackOf(second)];
  t.match(await second(theirs), { status: 400, text: /Sign-on failed/ }, 'the callback of another browser: its state is another one');

  await control(ready, '/environments/default/faults', { endpoint: 'token', times: 1, status: 400, error: 'invalid_grant' });
  t.match(await open(await callbackOf(open)), { status: 400, text: 'Sign-on failed: invalid_grant' });
  for (const invalid of ['signature', 'expired', 'audience', 'issuer', 'nonce']) {
    await control(ready, '/environments/default/faults', { endpoint: 'token', times: 1, token: invalid }).catch((error: Error) =>
      t.comment(error.message),
    );
    t.match(await open(await callbackOf(open)), { status: 400, text: /Sign-on failed/ }, `an ID token with a wrong ${invalid}`);
  }
  t.match(await open(await callbackOf(open)), { status: 302, location: '/' }, 'and then it works');
});
