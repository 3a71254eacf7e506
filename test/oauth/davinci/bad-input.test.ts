import t, { type Test } from 'tap';
import type { User } from '../../../src/environment/model/user.js';
import { as } from '../../helpers/client.js';
import { beginFlow, flowPolicyId, signOnNodes, useFlow } from '../../helpers/davinci.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const start = async (t: Test, policy: object = {}) => {
  const server = await buildTestServer(t);
  await useFlow(server, policy);
  return server;
};
const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const [form, password, success] = signOnNodes;
const withCode = { nodes: [form, password, { type: 'otp' }, success] };
const sessions = async ({ environment }: Awaited<ReturnType<typeof start>>) => (await environment.store.sessions.list()).length;

t.test('a request without the token of its interaction is refused, and signs nobody on', async (t) => {
  const server = await start(t);
  const [flow, other] = [await beginFlow(server), await beginFlow(server)];
  const cases: [string, Record<string, string | undefined>, number, string | number, string][] = [
    ['no token', { interactiontoken: undefined }, 401, 1999, 'interaction_token'],
    ['an empty token', { interactiontoken: '' }, 401, 1999, 'interaction_token'],
    ['a made-up token', { interactiontoken: 'a'.repeat(256) }, 401, 1999, 'interaction_token'],
    ['the token of another browser', { interactiontoken: other.form().interactionToken }, 401, 1999, 'interaction_token'],
    ['the id of another browser', { interactionid: other.form().interactionId }, 401, 1999, 'interaction_token'],
    ['no id', { interactionid: undefined }, 400, 'requestTimedOut', 'interaction_known'],
    [
      'an id that no interaction has',
      { interactionid: 'e0000000-0000-4000-8000-000000000009' },
      400,
      'requestTimedOut',
      'interaction_known',
    ],
    ['a name that every object has', { interactionid: '__proto__' }, 400, 'requestTimedOut', 'interaction_known'],
    ['a very long id', { interactionid: 'x'.repeat(8000) }, 400, 'requestTimedOut', 'interaction_known'],
  ];
  for (const [name, headers, status, code, rule] of cases) {
    const refused = await flow.send('SIGNON', alice, { headers });
    t.match([refused.statusCode, refused.json().code], [status, code], name);
    t.match(refused.headers['x-mock-diagnosis'], new RegExp(`^${rule}; confidence=exact; see=`), name);
  }
  const foreign = await flow.send('SIGNON', alice, {
    url: new URL(flow.form()._links.next.href).pathname.replace(environmentId, 'e0000000-0000-4000-8000-000000000002'),
  });
  t.equal(foreign.statusCode, 404, 'another environment');
  t.equal(await sessions(server), 0);
  t.equal((await flow.send('SIGNON', alice)).json().status, 'COMPLETED', 'the interaction itself goes on');
});

t.test('a form out of its order is refused, and the flow stays where it is', async (t) => {
  const server = await start(t, withCode);
  const flow = await beginFlow(server);
  const first = flow.form();
  await flow.send('SIGNON', alice);
  const next = new URL(first._links.next.href).pathname;
  const cases: [string, object][] = [
    ['a form that was answered', { body: { id: first.id } }],
    ['no id', { body: { id: undefined } }],
    ['an id of the wrong kind', { body: { id: { $ne: 1 } } }],
    ['another interaction in the body', { body: { interactionId: 'x' } }],
    ['another connection', { url: next.replace('867ed4363b2bc21c860085ad2baa817d', '94141bf2f1b9b59a5f5365ff135e02bb') }],
    ['the end', { url: next.replace('customHTMLTemplate', 'returnSuccessResponseRedirect') }],
    ['a capability of an object', { url: next.replace('customHTMLTemplate', 'constructor') }],
  ];
  for (const [name, more] of cases) {
    const refused = await flow.send('VERIFY', { otp: '000000' }, more);
    t.match([refused.statusCode, refused.json().code], [400, 'validationError'], name);
    t.match(refused.headers['x-mock-diagnosis'], /^interaction_in_order/, name);
  }
  t.equal(await sessions(server), 0);
  const [code] = server.environment.outbox.list().slice(-1);
  t.equal((await flow.send('VERIFY', { otp: code?.code })).json().status, 'COMPLETED');
});

t.test('of two equal forms at once, the first goes on and the second is out of order', async (t) => {
  const server = await start(t, withCode);
  const flow = await beginFlow(server);
  // Both would read the flow before either has changed it.
  const { flows } = server.environment.store;
  const get = flows.get.bind(flows);
  const slowly = async (id: string) => {
    const found = await get(id);
    await new Promise((resolve) => setImmediate(resolve));
    return found;
  };
  Object.assign(flows, { get: slowly });
  const answers = await Promise.all([flow.send('SIGNON', alice), flow.send('SIGNON', alice)]);
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400]);
});

t.test('values of the wrong kind or size are refused', async (t) => {
  const server = await start(t, {
    nodes: [
      {
        ...form,
        fields: [
          { key: 'username', required: true },
          { key: 'password', type: 'PASSWORD' },
          { key: 'one', type: 'DROPDOWN', options: [{ label: 'A', value: 'a' }] },
          { key: 'many', type: 'CHECKBOX', options: [{ label: 'A', value: 'a' }] },
          { key: 'flag', type: 'SINGLE_CHECKBOX' },
          { key: 'text', type: 'LABEL', label: 'Read this' },
          ...Array.from({ length: 20 }, (_, at) => ({ key: `field${at}` })),
        ],
      },
      password,
      success,
    ],
  });
  const flow = await beginFlow(server);
  const long = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`field${at}`, 'x'.repeat(1000)]));
  const cases: [string, object, RegExp][] = [
    ['an object', { ...alice, username: { a: 1 } }, /username: expected a text/],
    ['a list', { ...alice, password: ['a'] }, /password: expected a text/],
    ['a long text', { ...alice, username: 'a'.repeat(1025) }, /username: longer than 1024 characters/],
    ['much altogether', { ...alice, ...long }, /the forms collect more than 16384 characters/],
    ['another choice', { ...alice, one: 'b' }, /one: expected one of a/],
    ['other choices', { ...alice, many: ['a', 'b'] }, /many: expected a list of a/],
    ['a text for a list', { ...alice, many: 'a' }, /many: expected a list of a/],
    ['a text for a flag', { ...alice, flag: 'yes' }, /flag: expected true or false/],
  ];
  for (const [name, sent, message] of cases) {
    const refused = await flow.send('SIGNON', sent);
    t.match(refused.json(), { code: 'validationError', details: [{ message }] }, name);
    t.match(refused.headers['x-mock-diagnosis'], /^interaction_field/, name);
  }
  t.match((await flow.send('SIGNON', {})).json(), { message: 'invalidInput "username" - must not be blank' });
  t.match((await flow.send('SIGN')).json(), { details: [{ message: 'SIGN' }] });
  const stray = await flow.send('SIGNON', { ...alice, many: ['a'], flag: true, one: 'a', __proto__: { a: 1 }, more: 'x' });
  t.equal(stray.json().status, 'COMPLETED', 'what the form has no field for is not read');
});

t.test('bodies of any kind never cause a 500', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  const { interactionId, interactionToken, id, _links } = flow.form();
  const headers = { 'content-type': 'application/json', interactionid: interactionId, interactiontoken: interactionToken };
  const url = new URL(_links.next.href).pathname;
  const payloads = [
    '',
    'null',
    '[]',
    '1',
    '"a"',
    '{',
    '{"parameters":[]}',
    `{"id":"${id}","parameters":null}`,
    `{"id":"${id}","parameters":{"data":[]}}`,
    `{"id":"${id}","parameters":{"eventType":{},"data":{"actionKey":[],"formData":"x"}}}`,
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
  ];
  for (const payload of payloads) {
    const { statusCode } = await server.app.inject({ method: 'POST', url, headers, payload });
    t.equal(statusCode, 400, payload.slice(0, 80));
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const { statusCode } = await server.app.inject({ method: 'POST', url, headers: { ...headers, 'content-type': type }, payload: 'a=1' });
    t.equal(statusCode, 400, type);
  }
});

t.test('a flow that has expired between two forms is over', async (t) => {
  const server = await start(t, withCode);
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  await server.clock.advance(15 * 60_000);
  const [sent] = server.environment.outbox.list().slice(-1);
  const refused = await flow.send('VERIFY', { otp: sent?.code });
  t.equal(refused.statusCode, 400);
  t.same(refused.json(), {
    interactionId: flow.form().interactionId,
    code: 'requestTimedOut',
    message: 'Request timed out. Please try again.',
  });
  t.match(refused.headers['x-mock-diagnosis'], /^interaction_known/);
  t.equal(await sessions(server), 0);
});

t.test('nothing but its own endpoints acts on a flow of DaVinci', async (t) => {
  const server = await start(t, withCode);
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  const { interactionId } = flow.form();
  const { app } = server;
  const headers = { host: 'localhost:9400' };
  const url = `/${environmentId}/flows/${interactionId}`;
  t.equal((await app.inject({ url, headers })).statusCode, 404);
  for (const [action, payload] of [
    ['usernamePassword.check', alice],
    ['session.reset', {}],
    ['otp.check', { otp: '000000' }],
  ] as const) {
    const type = `application/vnd.pingidentity.${action}+json`;
    t.equal(
      (await app.inject({ method: 'POST', url, headers: { ...headers, 'content-type': type }, payload: JSON.stringify(payload) }))
        .statusCode,
      404,
      action,
    );
  }
  t.equal(
    (await app.inject({ url: `${as}/resume?flowId=${interactionId}`, headers: { ...headers, accept: 'application/json' } })).statusCode,
    404,
  );
  for (const path of [`signon/?flowId=${interactionId}`, `rp/authenticate?providerId=${ids.spa}&flowId=${interactionId}`]) {
    const answer = await app.inject({ url: `/${environmentId}/${path}`, headers });
    t.notMatch(answer.body, /Passcode|passcode/, path);
  }
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: `/${environmentId}/signon/`,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        payload: `flowId=${interactionId}&action=otp.check&otp=000000`,
      })
    ).statusCode >= 400,
    true,
  );
  t.equal(await sessions(server), 0);
});

t.test('a user who is disabled meanwhile, and a flow policy that is gone, end a flow', async (t) => {
  const server = await start(t, withCode);
  const { store, outbox } = server.environment;
  const flow = await beginFlow(server);
  await flow.send('SIGNON', alice);
  await store.users.put({ ...((await store.users.get(ids.alice)) as User), enabled: false });
  const [sent] = outbox.list().slice(-1);
  t.equal((await flow.send('VERIFY', { otp: sent?.code })).statusCode, 400);
  const other = await beginFlow(server);
  await useFlow(server, { nodes: [{ ...form, id: 'renamed' }, password, success] });
  t.match((await other.send('SIGNON', alice)).json(), { code: 'validationError' });
  await store.flowPolicies.take(flowPolicyId);
  t.match((await other.send('SIGNON', alice)).json(), { code: 'requestTimedOut' });
  t.equal(await sessions(server), 0);
});

t.test('an error node refuses in the words of the seed, and a final one ends the flow', async (t) => {
  const buttons = [
    { key: 'SIGNON', label: 'Sign On', next: 'password' },
    { key: 'HELP', label: 'Help', next: 'help' },
    { key: 'END', label: 'End', next: 'end' },
  ];
  const server = await start(t, {
    nodes: [
      { ...form, buttons },
      password,
      success,
      { id: 'help', type: 'error', message: 'Call us', code: 'callUs' },
      { id: 'end', type: 'error', message: 'Not today', code: 'not_today', final: true },
    ],
  });
  const flow = await beginFlow(server);
  const refused = await flow.send('HELP', {}, { eventType: 'action' });
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), {
    connectorId: 'errorConnector',
    capabilityName: 'customErrorMessage',
    code: 'callUs',
    message: 'Call us',
    httpResponseCode: 400,
  });
  t.match(refused.headers['x-mock-diagnosis'], /^interaction_error_node/);
  const ended = await flow.send('END', {}, { eventType: 'action' });
  t.match([ended.statusCode, ended.json()], [200, { status: 'FAILED', error: { code: 'not_today', message: 'Not today' } }]);
  const [transaction] = server.environment.transactions.list();
  t.match(transaction, {
    state: 'failed',
    diagnosis: { code: 'interaction_error_node', title: 'The flow led to an error node: Not today' },
  });
  t.equal((await flow.send('SIGNON', alice)).json().code, 'requestTimedOut');
});

t.test('a person who may not have what the application asks for is told so, in a way that cannot be tried again', async (t) => {
  const server = await start(t);
  const { store } = server.environment;
  const application = await store.applications.get(ids.spa);
  await store.applications.put({ ...application, accessControl: { role: { type: 'ADMIN_USERS_ONLY' } } } as never);
  const flow = await beginFlow(server);
  const refused = await flow.send('SIGNON', alice);
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), {
    connectorId: 'pingOneAuthenticationConnector',
    capabilityName: 'returnSuccessResponseRedirect',
    code: 'access_denied',
  });
});

t.test('acr_values is the id of a flow policy of the application', async (t) => {
  const server = await start(t);
  t.equal((await beginFlow(server, { acr_values: flowPolicyId })).form().form.name, 'Username/Password Form');
  for (const acr of ['Single_Factor', '0'.repeat(32), `${flowPolicyId} Single_Factor`]) {
    const { begun } = await beginFlow(server, { acr_values: acr });
    t.equal(begun.statusCode, 400);
    const { id, ...body } = begun.json();
    t.same(body, { code: 'INVALID_REQUEST', message: `Invalid DV Flow Policy ID: ${acr}` });
    t.match(begun.headers['x-mock-diagnosis'], /^flow_policy_assigned; confidence=exact/);
  }
});

t.test('a client that leaves out the header of Ping’s SDKs is warned', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server, {}, { 'x-requested-with': 'fetch' });
  t.match(flow.begun.headers['x-mock-diagnosis'], /^ping_sdk_header_missing; confidence=exact; severity=warning/);
  t.notOk((await beginFlow(server)).begun.headers['x-mock-diagnosis']);
  t.match(
    (await flow.send('SIGNON', alice, { headers: { 'x-requested-with': undefined } })).headers['x-mock-diagnosis'],
    /^ping_sdk_header_missing/,
  );
});

t.test('pages of the application may send the headers of an interaction, with credentials', async (t) => {
  const server = await start(t);
  const flow = await beginFlow(server);
  const url = new URL(flow.form()._links.next.href).pathname;
  const origin = 'http://localhost:3000';
  const asked = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'interactionid,interactiontoken,x-requested-with,x-requested-platform,content-type,authorization',
  };
  for (const path of [url, `/${environmentId}/davinci/user/credentials/challenge/a/status`]) {
    const preflight = await server.app.inject({ method: 'OPTIONS', url: path, headers: asked });
    t.equal(preflight.statusCode, 204);
    t.equal(preflight.headers['access-control-allow-origin'], origin);
    t.equal(preflight.headers['access-control-allow-credentials'], 'true');
    const allowed = String(preflight.headers['access-control-allow-headers']).toLowerCase().split(', ');
    t.same(
      asked['access-control-request-headers'].split(',').filter((name) => !allowed.includes(name)),
      [],
    );
  }
  const answered = await flow.send('SIGNON', { ...alice, password: 'wrong' }, { headers: { origin } });
  t.equal(answered.headers['access-control-allow-origin'], origin, 'a refusal can be read too');
  const foreign = await flow.send('SIGNON', alice, { headers: { origin: 'https://elsewhere.example' } });
  t.notOk(foreign.headers['access-control-allow-origin']);
});
