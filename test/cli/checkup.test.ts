import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { cases } from '../../src/checkup/cases.js';
import { startMock } from '../../src/index.js';
import { run } from '../helpers/command.js';
import { holdTimers } from '../helpers/hold-timers.js';
import { type Basic, type Check, startRelyingParty } from '../library/relying-party.js';

async function buildClient(t: Test, without?: Check | Basic) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const client = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without });
  await mock.apps.update(app.id, { redirectUris: [client.callback] });
  const checkup = (...argv: string[]) => run(['checkup', '--url', mock.url, ...argv]);
  return { mock, checkup, ...client };
}

t.test('the report of a checkup says what was accepted, why that matters and what the mock saw', async (t) => {
  const { checkup, start, mock } = await buildClient(t, 'nonce');
  const { code, output, errors } = await checkup('--start', start, '--only', 'nonce,state-missing,iss-wrong,c-hash');
  t.same([code, errors], [1, '']);
  t.match(output, /^signed on as alice; taken as success: status 200, path \/profile/);
  t.match(output, /^✗ nonce-wrong +accepted /m);
  t.match(output, /^✓ state-missing +refused /m);
  t.match(output, /^– c-hash-wrong +does not apply /m);
  t.match(output, /the application must: Compare nonce .*OpenID Connect Core/);
  t.match(output, new RegExp(`what the mock saw: ${mock.url}/__mock/tx/`));
  t.match(output, /\n2 as expected, 3 not, 1 not applicable\n$/);
  const seen = output.indexOf('✗ nonce-wrong');
  t.ok(seen >= 0 && seen < output.indexOf('✓ state-missing'), 'the worst first');

  const json = await checkup('--start', start, '--only', 'state-missing', '--report', 'json');
  t.equal(json.code, 0);
  t.match(JSON.parse(json.output), { start, user: 'alice', findings: [{ id: 'state-missing', verdict: 'refused', ok: true }] });
  const junit = await checkup(
    '--start',
    start,
    '--only',
    'nonce-wrong,c-hash-wrong',
    '--report',
    'junit',
    '--user',
    'bob',
    '--success',
    '/profile',
  );
  t.equal(junit.code, 1);
  t.match(junit.output, /<testsuite name="[^"]*" tests="2" failures="1" errors="0" time="\d+\.\d{3}" skipped="1" /);
  t.match(junit.output, /name="nonce-wrong: [^"]*" time="[\d.]+">\n +<failure type="accepted" message="accepted">/);
});

t.test('a report is a page that stands alone, and the score a picture', async (t) => {
  const { checkup, start } = await buildClient(t, 'nonce');
  const badge = join(t.testdir(), 'checkup.svg');
  const { code, output } = await checkup('--start', start, '--only', 'nonce-wrong,state-missing', '--report', 'html', '--badge', badge);
  t.equal(code, 1);
  t.match(output, /^<!doctype html>[\s\S]*<strong class="bad">1\/2<\/strong>[\s\S]*<code>POST \/as\/token<\/code> with grant_type/);
  t.match(readFileSync(badge, 'utf8'), /aria-label="checkup 1\/2"/);
  const nowhere = await checkup('--start', start, '--only', 'state-missing', '--badge', join(badge, 'no'));
  t.match(nowhere, { code: 2, errors: /--badge: .* cannot be written: a part of this path is a file, not a folder/ });
});

t.test('a checkup leaves nothing of itself behind', async (t) => {
  const { checkup, start, mock } = await buildClient(t);
  await checkup('--start', start, '--only', 'iss-wrong,alg-none,token-type');
  const left = async (path: string) => (await fetch(`${mock.url}/__mock/v1/environments/default/${path}`)).json();
  t.same([await left('faults'), await left('rules')], [{ faults: [] }, { rules: [] }]);
});

t.test('a checkup that cannot be run says why', async (t) => {
  const { checkup, start, mock } = await buildClient(t);
  const answers: Readonly<Record<string, [number, Record<string, string>]>> = {
    '/loop': [302, { location: '/loop' }],
    '/away': [302, { location: 'https://www.example.com/' }],
    '/script': [302, { location: 'javascript:alert(1)' }],
    '/provider': [302, { location: '/as/authorize?client_id=x&response_type=code' }],
    '/basic': [401, { 'www-authenticate': 'Basic' }],
    '/zip': [200, { 'content-type': 'application/zip' }],
    '/attached': [200, { 'content-type': 'text/html', 'content-disposition': 'attachment; filename="x.html"' }],
    '/missing': [404, {}],
  };
  const pages = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/hangs') return;
    const page = answers[path];
    if (page) response.writeHead(...page);
    response.end(path === '/password' ? '<form><input name="p" type="password"></form>' : 'not a sign-on');
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  t.teardown(() => pages.close());
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const closed = (gone.address() as AddressInfo).port;
  await new Promise<void>((resolve) => gone.close(() => resolve()));
  const other = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const refusals: [argv: string[], said: RegExp][] = [
    [[], /--start http/],
    [['--start', 'login'], /start is "login"/],
    [['--start', 'https://example.com/login'], /may be somebody else's server/],
    [['--start', `${other}/`], /does not lead to a sign-on at .*ended at .* answered 200/],
    [['--start', `${other}/loop`], /goes in a circle: after 20 redirects it is at .*\/loop/],
    [['--start', `${other}/away`], /leads to https:\/\/www\.example\.com\/, which is not on this machine and is not called/],
    [
      ['--start', `${other}/script`],
      /leads to an address with javascript:, which a checkup does not open: javascript:alert\(1\)\n {2}fix: redirect/,
    ],
    [['--start', start.replace('//', '//alice:secret@')], /start has a user name or a password.*give start without them/s],
    [['--start', start, '--user', 'nobody'], /the mock refused an ordinary sign-on: .*nobody/],
    [['--start', `${other}/provider`], /leads to another provider: .*\/as\/authorize.*--env/s],
    [['--start', `${other}/basic`], /wants another sign-on first: it answered 401/],
    [['--start', `${other}/password`], /wants another sign-on first: it shows a form with a password/],
    [['--start', `${other}/zip`], /answers with a download \(application\/zip\)/],
    [['--start', `${other}/attached`], /answers with a download \(text\/html\)/],
    [['--start', `${other}/missing`], /\/missing answered 404/],
    [['--start', `http://127.0.0.1:${closed}/`], /does not answer: ECONNREFUSED/],
    [['--start', start, '--click', 'Sign on'], /nothing can be clicked without a browser/],
    [['--start', start, '--only', 'nonsense'], /no case is called nonsense.*state-missing/s],
    [['--start', start, '--only', 'state-missing,nonsens'], /no case is called nonsens.*the groups: pkce/s],
    [['--start', start, '--only', 'state-missing,'], /no case is called "".*the groups: pkce/s],
    [['--start', start, '--success', 'Bienvenue'], /does not lead to "Bienvenue"/],
    [['--start', start, '--report', 'pdf'], /--report is "pdf"; expected text, json, junit, html/],
  ];
  for (const [argv, said] of refusals) {
    const { code, output, errors } = await checkup(...argv);
    t.same([code, output], [2, ''], argv.join(' '));
    t.match(errors, said);
    t.notMatch(errors, /secret|fix:[\s\S]*fix:/);
  }
  const unreachable = (...argv: string[]) => run(['checkup', '--start', start, '--url', `http://127.0.0.1:${closed}`, ...argv]);
  t.match(await unreachable(), { code: 2, output: '', errors: /does not answer .*Is the mock running/ });
  t.match(await checkup('--start', start, '--env', 'no/such'), { code: 2, output: '', errors: /no environment/ });
  await mock.failNext('token', { error: 'invalid_grant', times: 'always' });
  for (const stopped of [(...argv: string[]) => checkup('--start', start, ...argv), unreachable]) {
    const { code, output } = await stopped('--report', 'junit');
    t.equal(code, 2);
    t.match(
      output,
      /tests="1" failures="0" errors="1" .*<error type="stopped" message="stopped after 0 cases: [^"]+"\/>.*<\/testsuites>\n$/s,
    );
    t.match(JSON.parse((await stopped('--report', 'json')).output), { start, findings: [], problem: { message: /\w/ } });
  }
  t.match(await checkup('--start', start), { code: 2, errors: /the ordinary sign-on failed: .*answered 400.*__mock\/tx/s });
});

for (const path of ['/', '/begun'])
  t.test(`a start address that never answers, or never to the end, is given up: ${path}`, async (t) => {
    const { checkup } = await buildClient(t);
    const pass = holdTimers(t, 15_000);
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const silent = createServer((request, response) => {
      // An answer that begins and does not end is no better than none.
      if (request.url === '/begun') response.writeHead(200, { 'content-type': 'text/html' }).write('<title>');
      asked();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.teardown(() => silent.closeAllConnections());
    t.teardown(() => silent.close());
    const ended = checkup('--start', `http://127.0.0.1:${(silent.address() as AddressInfo).port}${path}`);
    await isAsked;
    pass(15_000);
    t.match(await ended, { code: 2, errors: /does not answer: nothing within 15 seconds/ });
  });

/** The application ends at the first callback without a state that has a code: that of the first case. */
function crashOnce(server: Server): void {
  let hasCrashed = false;
  server.on('request', ({ url = '', socket }) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname !== '/callback' || searchParams.has('state') || !searchParams.has('code') || hasCrashed) return;
    hasCrashed = true;
    socket.destroy();
    server.close();
    server.closeAllConnections();
  });
}

t.test('an application that crashes in the middle is waited for, and the rest is checked once it is back', async (t) => {
  const { mock, start, server } = await buildClient(t);
  const { port } = server.address() as AddressInfo;
  crashOnce(server);
  const { findings } = await mock.checkup({
    start,
    only: ['state-missing', 'state-altered'],
    onFinding: ({ verdict }) => {
      if (verdict === 'crashed') server.listen(port, '127.0.0.1');
    },
  });
  t.match(findings, [
    { id: 'state-missing', verdict: 'crashed', ok: false, remark: '/callback did not answer' },
    { id: 'state-altered', verdict: 'refused', ok: true },
  ]);
});

t.test('an application that does not come back ends the checkup, which says after which case', async (t) => {
  const { checkup, start, server } = await buildClient(t);
  crashOnce(server);
  // As long as an application has to come back.
  const pass = holdTimers(t, 30_000);
  let isOver = false;
  const ended = checkup('--start', start, '--only', 'state-missing,state-altered', '--report', 'junit').finally(() => {
    isOver = true;
  });
  while (!isOver) {
    pass(30_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { code, output, errors } = await ended;
  t.equal(code, 2);
  t.match(errors, /does not answer any more, after the case state-missing.*--only for the rest/s);
  t.match(output, /<testsuite name="[^"]*" tests="2" failures="1" errors="1" /, 'what was found is not lost');
  t.match(output, /name="state-missing: [^"]*" time="[\d.]+">\n +<failure type="crashed"/);
  t.match(output, /<error type="stopped" message="stopped after one case: checkup: [^"]*does not answer any more[^"]*"\/>\n/);
  t.match(output, /<\/testsuites>\n$/);
});

t.test('an address that is not near is refused, whatever it is for', async (t) => {
  const { checkup, start } = await buildClient(t);
  for (const flag of ['--protected', '--sign-off', '--second-start'])
    t.match(await checkup('--start', start, '--only', 'sign-off,mix-up', flag, 'https://example.com/'), {
      code: 2,
      errors: /may be somebody else's server/,
    });
});

t.test('an application that reads the discovery document at its start is started anew by a command', async (t) => {
  const { checkup, start } = await buildClient(t, 'issuer of discovery');
  const touched = join(t.testdir(), 'restarted');
  const { code, output } = await checkup('--start', start, '--only', 'discovery-issuer', '--restart', `echo >> ${touched}`);
  t.equal(code, 1);
  t.match(output, /✗ discovery-issuer-wrong +accepted/);
  t.equal(readFileSync(touched, 'utf8').length, 2, 'once for the case, and once to be as before');
});

t.test('a verifier that the provider refuses stops the checkup, which says so', async (t) => {
  const { checkup, start } = await buildClient(t, 'verifier long enough');
  t.match(await checkup('--start', start), { code: 2, errors: /the ordinary sign-on failed: .*verifier/s });
});

t.test('an application that asks for another sign-on at once has not signed anyone on', async (t) => {
  const { checkup, start } = await buildClient(t, 'keeps the session');
  t.match(await checkup('--start', start), { code: 2, errors: /sends the browser to sign on again/ });
});

t.test('every case has a specification, a duty and a gain', async (t) => {
  for (const { id, title, spec, must, gain } of cases) {
    t.match(spec, /RFC \d{4}|OpenID Connect (Core|Discovery|RP-Initiated Logout) §|OWASP ASVS \d/, id);
    for (const text of [title, must, gain]) t.ok(text.length > 10, id);
  }
});
