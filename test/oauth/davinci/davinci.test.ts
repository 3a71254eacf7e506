import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { pairOwnDevice } from '../../../src/configuration/devices/own-devices.js';
import { forcePasswordChange } from '../../../src/configuration/directory/passwords.js';
import type { Device } from '../../../src/environment/model/mfa.js';
import type { User } from '../../../src/environment/model/user.js';
import { s256 } from '../../../src/protocol/pkce.js';
import { decidePush, waitingPushes } from '../../../src/signon/mfa/push.js';
import { as, askAuthorize, checkPassword, cookiesOf, locationOf, newVerifier, post, redirectUri } from '../../helpers/client.js';
import { beginFlow, flowPolicyId, signOnNodes, useFlow } from '../../helpers/davinci.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const start = async (t: Test, policy: object = {}) => {
  const server = await buildTestServer(t);
  await useFlow(server, policy);
  return server;
};
const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const codeOf = ({ environment }: Awaited<ReturnType<typeof start>>) => environment.outbox.list().at(-1)?.code ?? '';

t.test('an SDK gets the first form, answers it, and has a session, a code and tokens', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  t.equal(flow.begun.statusCode, 200, flow.begun.body);
  const { interactionId, interactionToken, id, flowId, ...form } = flow.form();
  t.match(interactionId, /^[0-9a-f-]{36}$/);
  t.match(interactionToken, /^[0-9a-f]{256}$/);
  t.match(id, /^[0-9a-z]{10}$/);
  t.match(flowId, /^[0-9a-f]{32}$/);
  t.same(form, {
    _links: {
      next: {
        href: `http://localhost:9400/${environmentId}/davinci/connections/867ed4363b2bc21c860085ad2baa817d/capabilities/customHTMLTemplate`.replace(
          'http://localhost:9400',
          new URL(form._links.next.href).origin,
        ),
      },
    },
    eventName: 'continue',
    isResponseCompatibleWithMobileAndWebSdks: true,
    companyId: environmentId,
    connectionId: '867ed4363b2bc21c860085ad2baa817d',
    capabilityName: 'customHTMLTemplate',
    formData: { value: { username: '', password: '' } },
    form: {
      name: 'Username/Password Form',
      description: '',
      category: 'CUSTOM_HTML',
      components: {
        fields: [
          { type: 'TEXT', key: 'username', label: 'Username' },
          { type: 'PASSWORD', key: 'password', label: 'Password' },
          { type: 'SUBMIT_BUTTON', key: 'SIGNON', label: 'Sign On' },
          { type: 'FLOW_BUTTON', key: 'TROUBLE', label: 'Having trouble signing on?', inputType: 'ACTION' },
          { type: 'FLOW_BUTTON', key: 'REGISTER', label: 'No account? Register now!', inputType: 'ACTION' },
        ],
      },
    },
  });
  const done = await flow.send('SIGNON', alice);
  t.equal(done.statusCode, 200, done.body);
  t.match(done.json(), {
    interactionId,
    companyId: environmentId,
    connectorId: 'pingOneAuthenticationConnector',
    capabilityName: 'returnSuccessResponseRedirect',
    environment: { id: environmentId },
    session: { id: /^[0-9a-f-]{36}$/ },
    status: 'COMPLETED',
    authorizeResponse: { code: /^[0-9a-f-]{36}$/, state: 's' },
    success: true,
    interactionToken,
  });
  t.match(flow.cookies(), /ST=/);
  const claims = decodeJwt((await flow.tokens(done)).id_token);
  t.match(claims, { sub: ids.alice, acr: flowPolicyId, amr: ['pwd'] });
  t.equal((await flow.send('SIGNON', alice)).json().code, 'requestTimedOut', 'the interaction is over');

  const [transaction] = server.environment.transactions.list();
  t.match(transaction?.user, 'alice');
  t.same(
    transaction?.steps.filter(({ kind }) => kind === 'login').map(({ title }) => title),
    ['The flow waits at the form "Username/Password Form"', 'Signed on as alice'],
  );
  t.equal(transaction?.state, 'succeeded');

  const again = await beginFlow(server, {}, { cookie: flow.cookies() });
  t.match(
    again.begun.json(),
    { session: { id: done.json().session.id }, status: 'COMPLETED', authorizeResponse: { state: 's' } },
    'signed on already',
  );
  t.match(decodeJwt((await again.tokens(again.begun)).id_token), { acr: flowPolicyId });
  t.match((await beginFlow(server, { prompt: 'login' }, { cookie: flow.cookies() })).form().form.name, 'Username/Password Form');
  t.match((await beginFlow(server, { prompt: 'none' })).begun.json(), { details: [{ code: 'LOGIN_REQUIRED' }] });
});

t.test('a wrong name or password is refused in the words of the connector, and the form can be sent again', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  const { interactionId } = flow.form();
  const wrong = await flow.send('SIGNON', { ...alice, password: 'wrong' });
  t.equal(wrong.statusCode, 400);
  t.match(wrong.json(), {
    interactionId,
    connectionId: '94141bf2f1b9b59a5f5365ff135e02bb',
    connectorId: 'pingOneSSOConnector',
    capabilityName: 'checkPassword',
    code: ' Invalid username and/or password',
    message: ' Invalid username and/or password',
    httpResponseCode: 400,
    details: [
      {
        rawResponse: {
          code: 'INVALID_DATA',
          details: [{ code: 'INVALID_VALUE', target: 'password', innerError: { failuresRemaining: 4 } }],
        },
        statusCode: 400,
      },
    ],
  });
  t.match(wrong.headers['x-mock-diagnosis'], /^password_right; confidence=exact; see=/);
  const unknown = await flow.send('SIGNON', { username: 'nobody', password: 'x' });
  t.match(unknown.json(), {
    capabilityName: 'userLookup',
    errorCategory: 'Expected',
    message: ' Invalid username and/or password',
    details: [{ rawResponse: { count: 0, userFilter: '(username eq "nobody")' }, statusCode: 200 }],
  });
  t.match((await flow.send('SIGNON', { username: '', password: '' })).json(), {
    code: 400,
    message: 'invalidInput "username" - must not be blank',
  });
  t.equal((await flow.send('SIGNON', alice)).json().status, 'COMPLETED');

  const locked = await beginFlow(server);
  for (let at = 0; at < 5; at += 1) await locked.send('SIGNON', { username: 'bob', password: 'wrong' });
  const refused = await locked.send('SIGNON', { username: 'bob', password: 'Bob-Passw0rd' });
  t.match(refused.json(), { capabilityName: 'checkPassword', details: [{ rawResponse: { details: [{ code: 'PASSWORD_LOCKED_OUT' }] } }] });
});

t.test('a person registers, has the address verified, and is signed on', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  await flow.send('REGISTER', {}, { eventType: 'action' });
  t.equal(flow.form().form.name, 'Registration Form');
  t.match(flow.form().form.components.fields[1], {
    type: 'PASSWORD_VERIFY',
    key: 'password',
    verify: true,
    passwordPolicy: { name: 'Standard' },
  });
  const data = { email: 'new@example.com', password: 'New-Passw0rd', 'name.given': 'Bruce', 'name.family': '' };
  const cases = [
    [
      { ...data, email: '' },
      { code: 400, message: 'invalidInput "email" - must not be blank' },
    ],
    [
      { ...data, email: 'new' },
      { capabilityName: 'createUser', details: [{ rawResponse: { details: [{ target: 'email' }] } }] },
    ],
    [
      { ...data, password: 'short' },
      { capabilityName: 'createUser', errorCategory: 'InvalidData', details: [{ rawResponse: { details: [{ target: 'password' }] } }] },
    ],
    [{ ...data, email: 'alice' }, { capabilityName: 'createUser' }],
  ] as const;
  for (const [sent, expected] of cases) t.match((await flow.send('SAVE', sent)).json(), expected, JSON.stringify(sent));
  await flow.send('SAVE', data);
  t.equal(flow.form().form.name, 'Enter verification code');
  t.match((await flow.send('VERIFY', { verificationCode: 'wrong' })).json(), { capabilityName: 'verifyUser', code: 400 });
  const first = codeOf(server);
  await flow.send('RESEND', {}, { eventType: 'action' });
  t.not(codeOf(server), first, 'a new code was sent');
  await flow.send('VERIFY', { verificationCode: codeOf(server) });
  t.equal(flow.form().form.name, 'Registration Complete');
  const done = await flow.send('CONTINUE');
  const claims = decodeJwt((await flow.tokens(done)).id_token);
  t.match(claims, { acr: flowPolicyId, amr: ['pwd'], given_name: 'Bruce' });
  const user = await server.environment.store.users.get(String(claims.sub));
  t.match(user, {
    username: 'new@example.com',
    email: 'new@example.com',
    name: { given: 'Bruce' },
    emailVerified: true,
    lifecycle: { status: 'ACCOUNT_OK' },
  });

  const twice = await beginFlow(server);
  await twice.send('REGISTER', {}, { eventType: 'action' });
  const refused = await twice.send('SAVE', data);
  t.match(refused.json(), {
    code: 400,
    message: 'uniquenessViolation username: is unique but a non-unique value is provided',
    details: [{ rawResponse: { details: [{ code: 'UNIQUENESS_VIOLATION', target: 'username' }] } }],
  });
});

t.test('a forgotten password is set anew with the code that was sent, and its user is signed on', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  await flow.send('TROUBLE', {}, { eventType: 'action' });
  t.equal(flow.form().form.name, 'Reset Password');
  await flow.send('SEND', { username: 'alice' });
  t.equal(flow.form().form.name, 'Enter recovery code');
  const newPassword = 'Other-Passw0rd1';
  t.match((await flow.send('SUBMIT', { recoveryCode: 'WRONG', newPassword })).json(), { capabilityName: 'recoverPassword' });
  t.match((await flow.send('SUBMIT', { recoveryCode: codeOf(server), newPassword: 'short' })).json(), {
    details: [{ rawResponse: { details: [{ target: 'newPassword' }] } }],
  });
  await flow.send('SUBMIT', { recoveryCode: codeOf(server), newPassword });
  t.equal(flow.form().form.name, 'Reset password success');
  const done = await flow.send('CONTINUE');
  t.match(decodeJwt((await flow.tokens(done)).id_token), { sub: ids.alice, amr: ['pwd'] });
  const next = await beginFlow(server);
  t.equal((await next.send('SIGNON', { username: 'alice', password: newPassword })).json().status, 'COMPLETED');

  const unknown = await beginFlow(server);
  await unknown.send('TROUBLE', {}, { eventType: 'action' });
  await unknown.send('SEND', { username: 'nobody' });
  t.equal(unknown.form().form.name, 'Enter recovery code', 'which names exist is not told');
});

t.test('a password that must be changed is changed on the way', async (t) => {
  const server = await start(t);
  await forcePasswordChange(server.environment, ids.alice);
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  t.equal(flow.form().form.name, 'Display password reset form');
  const newPassword = 'Other-Passw0rd1';
  t.match((await flow.send('SUBMIT', { currentPassword: 'wrong', newPassword })).json(), { capabilityName: 'resetPassword' });
  t.equal((await flow.send('SUBMIT', { currentPassword: alice.password, newPassword })).json().status, 'COMPLETED');
});

const [form, password, success] = signOnNodes;

t.test('a passcode is asked for after the password, and five wrong ones end its use', async (t) => {
  const server = await start(t, { nodes: [form, password, { type: 'otp' }, success] });
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  t.match(flow.form().form, { name: 'Enter passcode', description: /^A passcode was sent to a\*+@example\.com$/ });
  const skipped = await flow.send('SIGNON', alice, { body: { id: 'cq77vwelou' } });
  t.match([skipped.statusCode, skipped.json().code], [400, 'validationError'], 'there is no way past it');
  for (let at = 0; at < 5; at += 1)
    t.match((await flow.send('VERIFY', { otp: '000000' })).json(), {
      connectorId: 'pingOneMfaConnector',
      details: [{ rawResponse: { details: [{ code: 'INVALID_OTP', target: 'otp' }] } }],
    });
  const right = codeOf(server);
  const refused = await flow.send('VERIFY', { otp: right });
  t.equal(refused.statusCode, 400, 'the right one no longer counts');
  t.match(refused.headers['x-mock-diagnosis'], /^one_time_code_attempts; confidence=exact/);
  await flow.send('RESEND', {}, { eventType: 'action' });
  const done = await flow.send('VERIFY', { otp: codeOf(server) });
  t.match(decodeJwt((await flow.tokens(done)).id_token), { acr: flowPolicyId, amr: ['pwd', 'otp', 'mfa'] });
});

t.test('a phone is waited for: by the status of a challenge, or by sending the form again', async (t) => {
  const server = await start(t, { nodes: [form, password, { type: 'push', pollInterval: 100, pollRetries: 3 }, success] });
  const { environment, clock } = server;
  const user = { ...((await environment.store.users.get(ids.alice)) as User), mfaEnabled: true };
  await environment.store.users.put(user);
  await pairOwnDevice(environment, user, { type: 'MOBILE', nickname: 'Phone' }, 'localhost');

  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  const polling = flow.form().form.components.fields.find(({ type }) => type === 'POLLING') as { challenge: string };
  t.match(polling, { key: 'polling', pollInterval: 100, pollRetries: 3, pollChallengeStatus: true, challenge: /^[0-9a-f]{32}$/ });
  t.match(flow.form()._links, { self: { href: /\/davinci\/connections\// } });
  const { challenge } = polling;
  t.same((await flow.status(challenge)).json(), { isChallengeComplete: false });
  for (const [other, interactionId] of [
    ['0'.repeat(32), undefined],
    [challenge, (await beginFlow(server)).form().interactionId],
  ] as const) {
    const refused = await flow.status(other, interactionId);
    t.match([refused.statusCode, refused.json().code], [400, 4019]);
    t.match(refused.headers['x-mock-diagnosis'], /^challenge_known/);
  }
  t.equal((await flow.status(challenge, 'e0000000-0000-4000-8000-000000000009')).json().code, 'requestTimedOut');
  t.match((await flow.send('', { polling: 'continue' }, { eventType: 'polling' })).json(), {
    eventName: 'rewindStateToLastRenderedUI',
    success: true,
  });
  t.equal(
    (await flow.send('', { polling: 'approved' }, { eventType: 'polling' })).json().eventName,
    'rewindStateToLastRenderedUI',
    'a client cannot say that it was approved',
  );

  await clock.advance(60_000);
  t.match((await flow.status(challenge)).json(), { serviceName: 'challengeExpired' });
  await flow.send('', { polling: 'expired' }, { eventType: 'polling' });
  t.equal(flow.form().form.name, 'Request timed out');
  await flow.send('RESEND');
  const second = flow.form().form.components.fields.find(({ type }) => type === 'POLLING') as { challenge: string };
  t.not(second.challenge, challenge);
  const [push] = await waitingPushes(environment);
  await decidePush(environment, push?.id ?? '', true);
  t.same((await flow.status(second.challenge)).json(), { isChallengeComplete: true, status: 'approved' });
  const done = await flow.send('', { polling: 'approved' }, { eventType: 'polling' });
  t.match(decodeJwt((await flow.tokens(done)).id_token), { amr: ['pwd', 'swk', 'mfa'] });

  const denied = await beginFlow(server);
  await denied.send('SIGNON', alice);
  const [other] = await waitingPushes(environment);
  await decidePush(environment, other?.id ?? '', false);
  const failed = await denied.send('', { polling: 'denied' }, { eventType: 'polling' });
  t.equal(failed.statusCode, 200);
  t.match(failed.json(), { environment: { id: environmentId }, status: 'FAILED', error: { code: 'PUSH_CONFIRMATION_DENIED' } });
  t.match(failed.headers['x-mock-diagnosis'], /^interaction_error_node/);
  t.equal((await denied.send('', {})).json().code, 'requestTimedOut', 'it has ended');
});

t.test('an application that redirects signs on at the page, with a warning, and its tokens name the flow policy', async (t) => {
  const server = await start(t);
  const { app } = server;
  const verifier = newVerifier();
  const begun = await askAuthorize(app, { code_challenge: s256(verifier), code_challenge_method: 'S256' });
  t.equal(begun.statusCode, 302);
  t.match(begun.headers['x-mock-diagnosis'], /^davinci_nodes_not_shown; confidence=exact; severity=warning/);
  const flowId = String(locationOf(begun).searchParams.get('flowId'));
  const signedOn = await checkPassword(app, flowId, alice.username, alice.password);
  t.equal(signedOn.json().status, 'COMPLETED');
  const resumed = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie: cookiesOf(signedOn) } });
  const code = locationOf(resumed).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code_verifier: verifier, code };
  t.match(decodeJwt((await post(app, `${as}/token`, form)).json().id_token), { acr: flowPolicyId, amr: ['pwd'] });
});

t.test('with secrets hidden, the journal has neither what was typed nor the token of the interaction', async (t) => {
  const server = await buildTestServer(t, { hideSecrets: true });
  await useFlow(server);
  const flow = await beginFlow(server);
  const done = await flow.send('SIGNON', alice);
  const shown = await server.app.inject({ url: `/__mock/v1/environments/${environmentId}/requests`, headers: { host: 'localhost:9400' } });
  t.match(shown.body, /davinci/);
  for (const secret of [alice.password, flow.form().interactionToken, done.json().authorizeResponse.code])
    t.notOk(shown.body.includes(secret), secret.slice(0, 12));
});

t.test('a person with several devices chooses the one that a passcode goes to', async (t) => {
  const server = await start(t, { nodes: [form, password, { type: 'otp' }, success] });
  const { environment } = server;
  const user = { ...((await environment.store.users.get(ids.alice)) as User), mfaEnabled: true };
  await environment.store.users.put(user);
  for (const email of ['one@example.com', 'two@example.com']) {
    const { id } = await pairOwnDevice(environment, user, { type: 'EMAIL', email }, 'localhost');
    const { order: _, ...device } = (await environment.store.devices.get(id)) as Device;
    await environment.store.devices.put(device);
  }
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  t.equal(flow.form().form.name, 'Select a device');
  const [field] = flow.form().form.components.fields as { type: string; options: { id: string; description: string }[] }[];
  t.match(field, {
    type: 'DEVICE_AUTHENTICATION',
    key: 'device',
    options: [{ type: 'EMAIL', description: 'o**@example.com' }, { description: 't**@example.com' }],
  });
  t.equal((await flow.send('SUBMIT', {})).json().message, 'invalidInput "device" - must not be blank');
  t.equal((await flow.send('SUBMIT', { device: { id: ids.bob } })).statusCode, 400, 'a device of someone else');
  await flow.send('SUBMIT', { device: { type: 'EMAIL', id: field?.options[1]?.id, value: 'x' } });
  t.match(flow.form().form, { name: 'Enter passcode', description: 'A passcode was sent to t**@example.com' });
  t.equal(environment.outbox.list().at(-1)?.to, 'two@example.com');
  t.equal((await flow.send('VERIFY', { otp: codeOf(server) })).json().status, 'COMPLETED');
});

t.test('a person without any device or address that could be asked is not signed on', async (t) => {
  const server = await start(t, { nodes: [form, password, { type: 'push' }, success] });
  const flow = await beginFlow(server);
  const failed = await flow.send('SIGNON', alice);
  t.match(failed.json(), { status: 'FAILED', error: { code: 'NO_USABLE_DEVICES' } });
  t.equal((await server.environment.store.sessions.list()).length, 0);
});

t.test('a session of a sign-on policy does not stand in for a flow of DaVinci', async (t) => {
  const server = await start(t);
  const { app } = server;
  const begun = await askAuthorize(app, { client_id: ids.web, response_mode: 'pi.flow' });
  const signedOn = await checkPassword(app, begun.json().id, alice.username, alice.password);
  t.equal(signedOn.json().status, 'COMPLETED');
  const flow = await beginFlow(server, {}, { cookie: cookiesOf(signedOn) });
  t.equal(flow.form().form?.name, 'Username/Password Form');
  t.match((await beginFlow(server, { prompt: 'none' }, { cookie: cookiesOf(signedOn) })).begun.json(), {
    details: [{ code: 'LOGIN_REQUIRED' }],
  });
});
