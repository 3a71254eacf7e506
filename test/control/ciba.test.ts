import t from 'tap';
import type { App } from '../../src/environment/context.js';
import { as, basic, post } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';
import { untilHandled } from '../helpers/until.js';

/** Whoever plays the person: over the control API, and on the page of approvals. */

const own = '/__mock/v1/environments/default/backchannel-requests';
const web = { authorization: basic(ids.web, 'web-secret') };
const grant = 'urn:openid:params:grant-type:ciba';

const ask = async (app: App, form: Record<string, string> = {}): Promise<string> =>
  (await post(app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint: 'alice', ...form }, web)).json().auth_req_id;
const poll = (app: App, id: string) => post(app, `${as}/token`, { grant_type: grant, auth_req_id: id }, web);
const decide = (app: App, id: string, payload: object, url = own) => app.inject({ method: 'POST', url: `${url}/${id}`, payload });

const build = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.web, { grantTypes: ['CIBA', 'AUTHORIZATION_CODE'] });
  return server;
};

t.test('a backchannel request is listed and decided once through the control API', async (t) => {
  const { app, clock } = await build(t);
  t.same((await app.inject({ url: own })).json(), { requests: [] });
  const first = await ask(app, { binding_message: 'Pump 4' });
  t.match((await app.inject({ url: own })).json(), {
    requests: [
      {
        id: first,
        application: { id: ids.web, name: 'Demo Web' },
        user: { id: ids.alice, username: 'alice' },
        scopes: ['openid'],
        bindingMessage: 'Pump 4',
        at: '2026-11-22T12:00:00.000Z',
        expiresAt: '2026-11-22T12:02:00.000Z',
      },
    ],
  });
  const approved = await decide(app, first, { approve: true });
  t.match([approved.statusCode, approved.json()], [200, { id: first, decision: 'approved' }]);
  t.equal((await poll(app, first)).statusCode, 200);
  const second = await ask(app);
  t.match((await decide(app, second, { approve: false })).json(), { decision: 'denied' });
  t.match((await poll(app, second)).json(), { error: 'access_denied' });

  const expired = await ask(app);
  await clock.advance(120_000);
  const cases = [
    ['unknown', 'nobody', { approve: true }, 404, 'request_unknown'],
    ['decided already', second, { approve: true }, 409, 'request_decided'],
    ['expired', expired, { approve: true }, 409, 'request_expired'],
    ['no decision', expired, {}, 400, 'value_refused'],
    ['a text', expired, { approve: 'yes' }, 400, 'value_refused'],
    ['a misspelt one', expired, { aprove: true }, 400, /./],
  ] as const;
  for (const [name, id, body, status, code] of cases) {
    const response = await decide(app, id, body);
    t.match([response.statusCode, response.json()], [status, { error: { code, message: /./ } }], name);
  }
  const elsewhere = await decide(app, expired, { approve: true }, own.replace('default', environmentId.replace('e', 'f')));
  t.match([elsewhere.statusCode, elsewhere.json()], [404, { error: { code: 'environment_unknown' } }]);
});

t.test('a waiting caller of the control API receives a backchannel request at once', async (t) => {
  const { app } = await build(t);
  const handled = untilHandled(own);
  const waiting = app.inject({ url: `${own}?wait=60s` }).then((response) => response.json());
  await handled;
  const id = await ask(app);
  t.match(await waiting, { requests: [{ id }] });
});

t.test('a person approves or denies on the page of approvals, once and from this site only', async (t) => {
  const { app } = await build(t);
  const url = `/${environmentId}/signon/approvals`;
  t.match((await app.inject({ url })).body, /No requests are waiting/);
  const id = await ask(app, { binding_message: '<b>50 $</b>' });
  const page = await app.inject({ url });
  t.match(page.headers['content-type'], /text\/html/);
  t.match(page.body, /&lt;b&gt;50 \$&lt;\/b&gt;/, 'what an application says is text');
  t.match(page.body, /Demo Web<\/bdi> requests approval from <bdi>alice/);
  const cases = [
    ['from another site', { id, action: 'approve' }, { 'sec-fetch-site': 'cross-site' }, 403],
    ['from another site, by its origin', { id, action: 'approve' }, { origin: 'http://evil.example.com' }, 403],
    ['no decision', { id }, {}, 400],
    ['unknown', { id: 'x', action: 'deny' }, {}, 409],
    ['denied', { id, action: 'deny' }, { 'sec-fetch-site': 'same-origin' }, 200],
    ['a second click', { id, action: 'deny' }, {}, 409],
  ] as const;
  for (const [name, form, headers, status] of cases) t.equal((await post(app, url, form, headers)).statusCode, status, name);
  t.match((await poll(app, id)).json(), { error: 'access_denied' });
  const second = await ask(app);
  t.match((await post(app, url, { id: second, action: 'approve' })).body, /The application gets its tokens/);
  t.equal((await poll(app, second)).statusCode, 200);
  t.equal((await app.inject({ method: 'POST', url, payload: { id } })).statusCode, 400, 'JSON');
});

t.test('sign-on pages at every depth find their style sheet', async (t) => {
  const { app } = await build(t);
  for (const path of ['signon', 'signon/', 'signon/?error=x', 'signon/approvals']) {
    const url = new URL(`http://localhost/${environmentId}/${path}`);
    const { body } = await app.inject({ url: `${url.pathname}${url.search}` });
    const [, href = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(body) ?? [];
    const sheet = new URL(href, url);
    t.equal((await app.inject({ url: `${sheet.pathname}${sheet.search}` })).statusCode, 200, `${path}: ${sheet.pathname}`);
  }
});
