import t from 'tap';
import { setPassword } from '../../../src/configuration/directory/passwords.js';
import type { User } from '../../../src/environment/model/user.js';
import { askAuthorize, locationOf } from '../../helpers/client.js';
import { assignPolicy, lastCode } from '../../helpers/flows.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const page = `/${environmentId}/signon/`;

/** A sign-on on the page, form by form. */
async function open(server: TestServer) {
  const asked = await askAuthorize(server.app, { client_id: ids.web });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  const url = `${page}?flowId=${flowId}`;
  return {
    flowId,
    show: async (form?: string) => (await server.app.inject(form === undefined ? url : `${url}&form=${form}`)).body,
    post: (fields: Record<string, string>) =>
      server.app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

const heading = (body: string): string => /<h1>(.*?)<\/h1>/.exec(body)?.[1] ?? '';
const alice = { username: 'alice', password: 'Alice-Passw0rd' };

t.test('a person resets a forgotten password with the code that was sent', async (t) => {
  const server = await buildTestServer(t);
  const { flowId, show, post } = await open(server);
  t.match(await show(), `href="?flowId=${flowId}&amp;form=forgot"`);
  t.match(await show('forgot'), /<h1>Reset Your Password<\/h1>.*name="username"[^>]*autofocus.*value="forgot"/s);
  for (const form of ['register', 'constructor', 'x']) t.equal(heading(await show(form)), 'Sign On', `${form} is no form of this flow`);
  const empty = await post({ action: 'forgot', username: '' });
  t.equal(empty.statusCode, 400);
  t.match(empty.body, /Please enter: Username\..*Send the code/s);
  const sent = await post({ action: 'forgot', username: 'alice' });
  t.equal(sent.statusCode, 200);
  const code = lastCode(server, flowId);
  t.match(
    sent.body,
    new RegExp(`The mock would have mailed this to <bdi>alice@example.com</bdi>.*${code}`, 's'),
    'the message can be read',
  );
  const cases: [name: string, form: Record<string, string>, shown: RegExp][] = [
    ['nothing', {}, /Please enter: Recovery Code, New Password\./],
    [
      'a wrong code',
      { recoveryCode: '"><b>', newPassword: 'New-Passw0rd1' },
      /The recovery code is not valid\..*value="&quot;&gt;&lt;b&gt;" aria-invalid="true"/s,
    ],
    ['a short password', { recoveryCode: code, newPassword: 'short' }, /shorter than the minimum.*name="newPassword"[^>]*aria-invalid/s],
  ];
  for (const [name, form, shown] of cases) {
    const response = await post(form);
    t.equal(response.statusCode, 400, name);
    t.match(response.body, shown, name);
    t.equal(heading(response.body), 'Reset Your Password', name);
  }
  t.equal((await post({ action: 'resend' })).statusCode, 200);
  t.not(lastCode(server, flowId), code);
  const done = await post({ recoveryCode: lastCode(server, flowId), newPassword: 'New-Passw0rd1' });
  t.equal(done.statusCode, 303);
  t.match(done.headers.location, /\/as\/resume/);
  t.equal(done.cookies.length, 2);

  const other = await open(server);
  const unknown = await other.post({ action: 'forgot', username: 'nobody' });
  t.notMatch(unknown.body, 'would have mailed', 'nobody is sent nothing');
  t.equal(heading((await other.post({ action: 'reset' })).body), 'Sign On');
});

t.test('a person creates an account and verifies it', async (t) => {
  const server = await buildTestServer(t);
  await assignPolicy(server, 'Registration', [{ registration: { enabled: true }, recovery: { enabled: false } }], ids.web);
  const { flowId, show, post } = await open(server);
  t.match(await show(), 'form=register');
  t.notMatch(await show(), 'form=forgot', 'this policy has no recovery');
  t.equal(heading(await show('register')), 'Create an Account');
  t.match((await post({ action: 'register', username: 'carol' })).body, 'Please enter: Email, Password.');
  const taken = await post({ action: 'register', username: 'bob', email: 'b@example.com', password: 'Carol-Passw0rd' });
  t.equal(taken.statusCode, 400);
  t.match(taken.body, /name="username"[^>]*value="bob"[^>]*aria-invalid="true"/);
  t.match(taken.body, /name="email"[^>]*value="b@example.com"/, 'what was typed is kept');
  t.notMatch(taken.body, 'Carol-Passw0rd', 'but for the password');
  const made = await post({ action: 'register', username: 'carol', email: 'carol@example.com', password: 'Carol-Passw0rd' });
  t.equal(heading(made.body), 'Verify Your Account');
  t.match((await post({ verificationCode: 'x' })).body, 'The verification code is not valid.');
  t.match((await post({})).body, 'Please enter: Verification Code.');
  await post({ action: 'resend' });
  t.equal((await post({ verificationCode: lastCode(server, flowId) })).statusCode, 303);
});

t.test('a person chooses a device and enters the passcode', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const user = (await environment.store.users.get(ids.alice)) as User;
  await environment.store.users.put({ ...user, mobilePhone: '+441234501' });
  await assignPolicy(server, 'Two_Steps', [{}, { type: 'MULTI_FACTOR_AUTHENTICATION', sms: { enabled: true } }], ids.web);
  const { flowId, show, post } = await open(server);
  const choice = await post(alice);
  t.equal(heading(choice.body), 'Choose a Device');
  t.notOk(choice.headers['set-cookie'], 'one step of two is no sign-on');
  const [sms] = [...choice.body.matchAll(/name="device" value="([^"]+)"><span>Send an SMS/g)].map(([, id]) => id as string);
  t.match((await post({ device: 'x' })).body, /<h1>Choose a Device<.*The device is not available\./s);
  const asked = await post({ device: sms as string });
  t.equal(heading(asked.body), 'Enter the Passcode');
  t.match(asked.body, 'The mock would have sent this by SMS to <bdi>+441234501</bdi>');
  t.match(asked.body, /autocomplete="one-time-code"/);
  t.match(asked.body, 'Send an email to', 'the other device can still be chosen');
  t.match((await post({ otp: '000' })).body, 'The one-time passcode is not valid.');
  t.match((await post({})).body, 'Please enter: Passcode.');
  const before = lastCode(server, flowId);
  await post({ action: 'resend' });
  t.not(lastCode(server, flowId), before);
  t.equal(heading(await show()), 'Enter the Passcode');
  t.equal((await post({ otp: lastCode(server, flowId) })).statusCode, 303);

  const one = await open(server);
  await environment.store.users.put(user);
  await one.post({ testUser: ids.alice });
  t.match(await one.show(), 'The mock would have mailed this');
});

t.test('a person gives the name first, then the password', async (t) => {
  const server = await buildTestServer(t);
  await assignPolicy(server, 'Identifier', [{ type: 'IDENTIFIER_FIRST' }], ids.web);
  const { show, post } = await open(server);
  t.match(await show(), /<h1>Sign On<\/h1>.*name="username".*>Next</s);
  t.notMatch(await show(), 'name="password"');
  t.match((await post({ username: 'nobody' })).body, 'Invalid username and/or password.');
  const known = await post({ username: 'alice' });
  t.match(known.body, /name="username"[^>]*value="alice".*name="password"[^>]*autofocus/s);
  t.equal((await post(alice)).statusCode, 303);
});

t.test('a person completes the profile, then accepts or declines the agreement', async (t) => {
  const server = await buildTestServer(t);
  const attributes = [
    { name: 'nickname', required: true },
    { name: 'address.locality', required: true },
    { name: 'address.postalCode', required: false },
  ];
  const actions = [{}, { type: 'PROGRESSIVE_PROFILING', attributes, promptText: 'Tell us <more>' }, { type: 'AGREEMENT' }];
  await assignPolicy(server, 'Profile', actions, ids.web);
  const { post } = await open(server);
  const asked = (await post(alice)).body;
  t.match(asked, 'Tell us &lt;more&gt;');
  t.match(asked, '<label for="attribute2">Address postal code (optional)</label>');
  const refused = await post({ attribute0: 'Al', attribute2: 'x'.repeat(41) });
  t.equal(refused.statusCode, 400);
  t.match(refused.body, /name="attribute1"[^>]*aria-invalid="true"/);
  t.match(refused.body, /name="attribute0"[^>]*value="Al"/);
  const agreement = (await post({ attribute0: 'Al', attribute1: 'Bath', attribute2: 'BA1' })).body;
  t.equal(heading(agreement), 'Agreement');
  t.match(await server.environment.store.users.get(ids.alice), { nickname: 'Al', address: { locality: 'Bath', postalCode: 'BA1' } });
  t.equal(heading((await post({ action: 'x' })).body), 'Agreement');
  t.equal((await post({ action: 'accept' })).statusCode, 303);

  const { flowId, post: postAgain } = await open(server);
  await setPassword(server.environment, ids.bob, 'Other-Passw0rd');
  await postAgain({ username: 'bob', password: 'Other-Passw0rd' });
  await postAgain({ attribute0: 'Bo', attribute1: 'Rome' });
  const declined = await postAgain({ action: 'decline' });
  t.equal(declined.statusCode, 303);
  const { headers } = await server.app.inject(`/${environmentId}/as/resume?flowId=${flowId}`);
  t.match(headers.location, /error=access_denied/);
});

t.test('a person reads the text of an agreement without its markup, in the preferred language', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const own = { environment: { id: environmentId }, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
  const [id, english, german] = ['a0', 'a1', 'a2'].map((start) => `${start}000000-0000-4000-8000-00000000000a`) as [string, string, string];
  await store.agreements.put({ ...own, id, name: 'Terms', enabled: true });
  for (const [languageId, locale, displayName, text] of [
    [english, 'en', 'Terms & more', '<h1 onclick="x">Agree</h1>\n<p>to <b>all</b> &lt;'],
    [german, 'de', 'AGB', 'Alles <b>'],
  ] as const) {
    const userExperience = { continueButtonText: 'Go', declineButtonText: 'No' };
    await store.agreementLanguages.put({ ...own, id: languageId, agreement: { id }, locale, displayName, enabled: true, userExperience });
    const contentType = locale === 'en' ? 'text/html' : 'text/plain';
    await store.agreementRevisions.put({
      ...own,
      id: `${languageId.slice(0, -1)}b`,
      agreement: { id },
      language: { id: languageId },
      contentType,
      effectiveAt: own.createdAt,
      requireReconsent: true,
      text,
    });
  }
  await assignPolicy(server, 'Agreed', [{}, { type: 'AGREEMENT', agreement: { id } }], ids.web);
  const { post } = await open(server);
  const { body } = await post(alice);
  t.equal(heading(body), 'Terms &amp; more');
  t.match(body, '<p>Agree</p><p>to </p><p>all</p><p> &amp;lt;</p>');
  t.match(body, />Go<\/button>/);
  t.match(body, />No<\/button>/);
  const user = await store.users.get(ids.alice);
  if (!user) throw new Error('no user');
  await store.users.put({ ...user, preferredLanguage: 'de-AT, en;q=0.5' });
  const again = await open(server);
  const other = (await again.post(alice)).body;
  t.equal(heading(other), 'AGB');
  t.match(other, 'Alles &lt;b&gt;', 'plain text is shown as it is');
  t.equal((await again.post({ action: 'accept' })).statusCode, 303);
});
