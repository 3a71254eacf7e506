import { request as httpRequest } from 'node:http';
import t, { type Test } from 'tap';
import { startMock } from '../../src/index.js';
import { signOnFirst } from '../helpers/first-sign-on.js';
import { until } from '../helpers/until.js';
import { type Check, startRelyingParty } from '../library/relying-party.js';

interface Run {
  readonly id: string;
  readonly state: string;
  readonly all: number;
  readonly findings: readonly { readonly id: string; readonly ok: boolean; readonly transaction?: string }[];
  readonly problem?: { readonly message: string };
}

async function build(t: Test, without?: Check) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const other = await mock.createEnvironment({});
  const second = { issuer: other.issuer, clientId: 'registered-elsewhere' };
  const client = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without, second });
  await mock.apps.update(app.id, { redirectUris: [client.callback] });
  await signOnFirst(client.start, mock);
  const path = `${mock.url}/__mock/v1/environments/default/checkups`;
  const post = (body: object) =>
    fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const read = async (id: string) => (await (await fetch(`${path}/${id}`)).json()) as Run;
  const ended = async (id: string) => {
    await until(async () => (await read(id)).state !== 'running');
    return read(id);
  };
  return { mock, path, post, read, ended, clientId: app.id, ...client };
}

t.test('a checkup runs in the server, and its report grows', async (t) => {
  const { path, post, ended, start, clientId, mock } = await build(t, 'nonce');
  const answer = await post({ start, only: ['nonce-wrong', 'state-missing', 'iss-wrong'] });
  t.equal(answer.status, 201);
  const begun = (await answer.json()) as Run;
  t.match(begun, { state: 'running', all: 3, start, clientId, user: 'alice', success: ['status 200', 'path /profile'] });
  const run = await ended(begun.id);
  t.match(run, { state: 'finished', findings: [{ id: 'state-missing' }, { id: 'iss-wrong' }, { id: 'nonce-wrong', ok: false }] });
  const { transaction = '' } = run.findings[2] ?? {};
  t.ok(transaction.startsWith(`${mock.url}/__mock/tx/`));
  t.equal((await fetch(transaction.replace('/tx/', '/v1/transactions/'))).status, 200);
  const listed = (await (await fetch(path)).json()) as { checkups: Run[] };
  t.same(
    listed.checkups.map(({ id }) => id),
    [begun.id],
  );

  for (const [format, type, content] of [
    ['html', 'text/html', /^<!doctype html>[\s\S]*2\/3/],
    ['junit', 'application/xml', /tests="3" failures="1"/],
    ['json', 'application/json', /"nonce-wrong"/],
    ['badge', 'image/svg+xml', /checkup 2\/3/],
  ] as const) {
    const report = await fetch(`${path}/${begun.id}/report?format=${format}`);
    t.equal(report.headers.get('content-type')?.split(';')[0], type);
    t.match(report.headers.get('content-disposition'), /^attachment; filename="checkup\.\w+"$/);
    t.match(await report.text(), content);
  }
  t.equal((await fetch(`${path}/${begun.id}/report?format=pdf`)).status, 400);

  t.equal((await fetch(`${path}/${begun.id}`, { method: 'DELETE' })).status, 204);
  t.equal((await fetch(`${path}/${begun.id}`)).status, 404);
});

t.test('the findings come as events, from the first or from the last that was seen', async (t) => {
  const { path, post, start } = await build(t);
  const { id } = (await (await post({ start, only: ['state-missing', 'iss-wrong'] })).json()) as Run;
  const events = await (await fetch(`${path}/${id}/events`)).text();
  t.match(events, /^retry: 1000\n\nid: 1\nevent: finding\ndata: \{"id":"state-missing"[^\n]*\n\nid: 2\nevent: finding\n/);
  t.match(events, /\n\nevent: end\ndata: \{"state":"finished"\}\n\n$/);
  const rest = await (await fetch(`${path}/${id}/events`, { headers: { 'last-event-id': '1' } })).text();
  t.match(rest, /^retry: 1000\n\nid: 2\n/);
});

t.test('a checkup that is stopped keeps its report and leaves nothing behind; one runs at a time', async (t) => {
  const { path, post, read, start, mock } = await build(t);
  const { id } = (await (await post({ start })).json()) as Run;
  const second = await post({ start });
  t.equal(second.status, 409);
  t.match(await second.json(), { error: { code: 'checkup_stopped', message: new RegExp(`a checkup of ${start}`) } });
  await until(async () => (await read(id)).findings.length > 0);
  t.equal((await fetch(`${path}/${id}`, { method: 'DELETE' })).status, 204);
  const { state, findings, all } = await read(id);
  t.equal(state, 'stopped');
  t.ok(findings.length < all);
  const junit = await (await fetch(`${path}/${id}/report?format=junit`)).text();
  t.match(junit, /<error type="stopped" message="stopped after [^"]*: somebody stopped it"\/>/);
  const left = async (what: string) => (await fetch(`${mock.url}/__mock/v1/environments/default/${what}`)).json();
  t.same([await left('faults'), await left('rules')], [{ faults: [] }, { rules: [] }]);
  const third = await post({ start, only: ['state-missing'] });
  t.equal(third.status, 201, 'the next one may run');
});

t.test('a checkup takes the addresses that some cases need', async (t) => {
  const { post, ended, start, secondStart, mock } = await build(t);
  const at = (path: string) => new URL(path, start).href;
  const rows: readonly (readonly [given: object, id: string, verdict: string, remark?: RegExp])[] = [
    [{}, 'mix-up', 'does not apply', /second/],
    [{ secondStart }, 'mix-up', 'refused'],
    [{}, 'sign-off-session-kept', 'refused'],
    [{ signOff: at('/logout') }, 'sign-off-session-kept', 'refused'],
    [{ signOff: at('/profile') }, 'sign-off-session-kept', 'accepted'],
    [{ protectedPage: at('/profile') }, 'sign-off-session-kept', 'refused'],
    [{ protectedPage: `${mock.url}/__mock/` }, 'sign-off-session-kept', 'does not apply', /no page shows who is signed on/],
  ];
  for (const [given, id, verdict, remark = /^$/] of rows) {
    const answer = await post({ start, only: [id], ...given });
    t.equal(answer.status, 201, JSON.stringify(given));
    const { findings } = (await ended(((await answer.json()) as Run).id)) as unknown as {
      findings: { verdict: string; remark?: string }[];
    };
    t.match(findings, [{ verdict }], JSON.stringify(given));
    t.match(findings[0]?.remark ?? '', remark);
  }
});

t.test('a checkup that cannot begin says why', async (t) => {
  const { path, post, start, mock } = await build(t);
  for (const [body, status, said] of [
    [{}, 400, /start/],
    [{ start, colour: 'red' }, 400, /colour/],
    // What reaches the API must not run a command.
    [{ start, restart: 'docker compose restart app' }, 400, /restart/],
    [{ start, protectedPage: 'https://example.com/' }, 409, /may be somebody else's server/],
    [{ start, signOff: 'https://example.com/' }, 409, /may be somebody else's server/],
    [{ start, secondStart: 'second' }, 409, /secondStart is "second"/],
    [{ start, browser: 'yes' }, 400, /browser/],
    [{ start, click: 'Sign on' }, 409, /nothing can be clicked without a browser/],
    [{ start: 'login' }, 409, /start is "login"/],
    [{ start: 'https://example.com/login' }, 409, /may be somebody else's server/],
    [{ start: 'http://127.0.0.1:9/' }, 409, /does not answer: bad port/],
    [{ start, only: ['nonsense'] }, 409, /no case is called nonsense/],
    [{ start, user: 'nobody' }, 409, /there is no user "nobody"/],
  ] as const) {
    const answer = await post(body);
    t.equal(answer.status, status, JSON.stringify(body));
    t.match(((await answer.json()) as { error: { message: string } }).error.message, said);
  }
  t.match(await (await fetch(`${path}/unknown/events`)).json(), { error: { code: 'checkup_unknown' } });
  await mock.failNext('token', { error: 'invalid_grant', times: 'always' });
  t.match(await (await post({ start })).json(), { error: { message: /the ordinary sign-on failed/, fix: /__mock\/tx/ } });
});

t.test('a caller who goes away before a checkup begins stops it', async (t) => {
  const { path, post, mock, start } = await build(t);
  await mock.failNext('token', { delay: '1s' });
  const { hostname, port, pathname } = new URL(path);
  const call = httpRequest({ hostname, port, path: pathname, method: 'POST', headers: { 'content-type': 'application/json' } });
  call.on('error', () => {});
  call.end(JSON.stringify({ start }));
  await until(async () => (await mock.requests.filter({ endpoint: 'authorize' })).length > 1);
  call.destroy();
  await until(async () => (await post({ start, only: ['state-missing'] })).status === 201);
  t.pass('the next one may run');
});
