import { readFile } from 'node:fs/promises';
import t from 'tap';
import { launchReady, type Ready } from '../package/command.js';
import { control, startExample, startShell } from './application.js';

/** A browser as far as this application needs one: it keeps one cookie and shows where it is sent. */
function browser(origin: string) {
  let cookie = '';
  return async (address: string) => {
    const response = await fetch(new URL(address, origin), { redirect: 'manual', headers: { cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
  };
}

t.test('a person signs on to the Express application and off again', async (t) => {
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

t.test('the Express application reports every way a sign-on can fail', async (t) => {
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
  for (const [invalid, reason] of [
    ['signature', /signature verification failed/],
    ['kid', /no applicable keys found/],
    ['alg-none', /"alg" header/],
    ['expired', /"exp" \(expiration time\)/],
    ['not-yet-valid', /"nbf" \(not before\)/],
    ['audience', /"aud" \(audience\)/],
    ['issuer', /"iss" \(issuer\)/],
    ['nonce', /"nonce" claim/],
  ] as const) {
    await control(ready, '/environments/default/faults', { endpoint: 'token', times: 1, token: invalid });
    const { status, text } = await open(await callbackOf(open));
    t.equal(status, 400, invalid);
    t.match(text, reason, `an ID token with a wrong ${invalid}`);
  }
  t.match(await open(await callbackOf(open)), { status: 302, location: '/' }, 'and then it works');
});

t.test('the command in examples/README.md runs the application, and it also runs as a public client', async (t) => {
  const page = await readFile(new URL('../../../examples/README.md', import.meta.url), 'utf8');
  const line = /^ {4}npx pingone-mock (exec -- sh -c '.*')$/m.exec(page)?.[1] as string;
  t.match(line, /OIDC_CLIENT_ID=\S+ node examples\/express-app\/server\.js/);
  for (const command of [line, 'exec -- node examples/express-app/server.js']) {
    const origin = await startShell(t, command);
    const open = browser(origin);
    const { location } = await open('/login');
    const url = new URL(location).origin;
    const { callback_url: callback } = await control({ url } as Ready, '/environments/default/sign-on', {
      authorize_url: location,
      username: 'alice',
    });
    t.match(await open(callback as string), { status: 302, location: '/' }, command);
    t.equal((await open('/')).text, 'Signed on as alice');
  }
});
