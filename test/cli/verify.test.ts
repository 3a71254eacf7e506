import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCommand } from '../../src/cli/run.js';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import type { Report } from '../../src/cli/verify/report.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { environmentId, ids, listen } from '../helpers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'worker-secret\n');
const reportFile = join(folder, 'report.json');

/** Runs the command against an address that is api and auth host in one. */
async function verify(url: string, flags: readonly string[] = [], stop = new AbortController().signal) {
  const [output, errors]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) => ({ write: (text: string) => void lines.push(text) });
  const own = ['--environment', environmentId, '--client-id', ids.worker, '--client-secret-file', secretFile];
  const argv = ['verify', '--api', url, '--auth', url, ...own, ...flags];
  const code = await runCommand({ argv, env: {}, output: stream(output), errors: stream(errors), stop });
  return { code, output: output.join(''), errors: errors.join('') };
}

/** The report that a run wrote. */
async function report(url: string, ...flags: string[]) {
  const { code, output, errors } = await verify(url, ['--report', reportFile, ...flags]);
  const text = readFileSync(reportFile, 'utf8');
  return { code, output, errors, text, ...(JSON.parse(text) as Report) };
}

interface Altered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A server between the command and the mock, which alters what the mock answers. */
async function proxy(t: Test, target: string, alter: (asked: IncomingMessage, answer: Altered) => void): Promise<string> {
  const forward = (asked: IncomingMessage, reply: ServerResponse) => {
    const { method, url, headers } = asked;
    const { hostname, port } = new URL(target);
    const forwarded = request({ hostname, port, method, path: url, headers }, (answered) => {
      let text = '';
      answered.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answered.on('end', () => {
        const answer = { status: answered.statusCode ?? 0, headers: { ...answered.headers }, text };
        alter(asked, answer);
        const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = answer.headers;
        reply.writeHead(answer.status, kept).end(answer.text);
      });
    });
    asked.pipe(forwarded);
  };
  const server = createServer(forward);
  t.teardown(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('the mock is like itself, and a run leaves nothing behind', async (t) => {
  const { url, environment } = await listen(t);
  const { users, applications } = environment.store;
  const before = [users.size, applications.size];
  const read = await report(url);
  t.same(
    read.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same([read.code, read.errors, read.writes, read.counts], [0, '', false, { same: readFacts.length, different: 0, notAsked: 0 }]);
  t.same([users.size, applications.size], before);
  const written = await report(url, '--write');
  t.same(
    written.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same(written.counts, { same: readFacts.length + writeFacts.length, different: 0, notAsked: 0 });
  t.same([users.size, applications.size], before, 'what it made is gone');
  for (const { name } of [...readFacts, ...writeFacts]) t.ok(written.output.includes(`✓ ${name} `), name);
});

/** Members that the next request depends on: another value would only end the run. */
const needed = /^(access_token|id|href|type|token_type|resumeUrl|population)$/;

/** Another value of the same kind, with one member more. */
function changed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(changed);
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}!`;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, needed.test(name) ? member : changed(member)]);
  return { added: true, ...Object.fromEntries(members) };
}

/** Alters whatever a fact may look at. */
function spoil(_asked: IncomingMessage, answer: Altered): void {
  const { location } = answer.headers;
  if (answer.status >= 400) answer.status += 10;
  try {
    const body: unknown = JSON.parse(answer.text);
    answer.text = JSON.stringify({ details: [{ code: 'ADDED' }], ...(changed(body) as object) });
  } catch {
    // An answer without a body.
  }
  answer.headers['content-type'] = 'text/plain';
  answer.headers['cache-control'] = 'public';
  answer.headers['x-frame-options'] = 'SAMEORIGIN';
  answer.headers['x-amzn-requestid'] = 'another';
  if (typeof location === 'string') answer.headers.location = `${location.replace('error=', 'error=other')}/more`;
}

t.test('every difference is found, each in its own fact', async (t) => {
  const { url } = await listen(t);
  const spoiled = await report(await proxy(t, url, spoil), '--write');
  t.same(
    spoiled.findings.filter(({ result }) => result !== 'different').map(({ name, got }) => [name, got]),
    [],
  );
  t.equal(spoiled.code, 1);
  for (const { name } of [...readFacts, ...writeFacts]) t.ok(spoiled.output.includes(`✗ ${name} `), name);

  type Alter = (answer: Altered) => Partial<Altered>;
  const replaced =
    (from: string | RegExp, to: string): Alter =>
    ({ text }) => ({ text: text.replace(from, to) });
  const only: readonly [fact: string, path: RegExp, alter: Alter][] = [
    ['discovery.issuer', /openid-configuration$/, replaced('/as",', '",')],
    ['auth.wrong-method', /\/as\/jwks$/, ({ status }) => ({ status: status === 405 ? 404 : status })],
    ['management.bad-filter', /filter=nothing/, replaced('INVALID_FILTER', 'INVALID_VALUE')],
    ['authorize.acr-values', /acr_values=Nothing/, () => ({ headers: { location: 'https://app.example.com/callback?error=x' } })],
    ['token.no-verifier', /\/as\/token$/, replaced('does not match code_challenge', 'misses code_challenge')],
  ];
  for (const [fact, path, alter] of only) {
    const altered = await proxy(t, url, (asked, answer) => {
      if (path.test(asked.url ?? '')) Object.assign(answer, alter(answer));
    });
    const different = (await report(altered, '--write')).findings.filter(({ result }) => result !== 'same');
    const names = different.map(({ name }) => name);
    t.ok(names.includes(fact), `${fact}: ${JSON.stringify(different)}`);
    t.ok(names.length <= 2, `${fact}, and at most one more: ${names}`);
  }
});

t.test('a secret, a token, an id or a name is neither printed nor reported', async (t) => {
  const { url } = await listen(t);
  const basic = Buffer.from(`${ids.worker}:worker-secret`).toString('base64');
  const echo = await proxy(t, url, (asked, answer) => {
    if (answer.status < 400) return;
    const said = `${asked.url} ${asked.headers.authorization} worker-secret ${basic} ${environmentId} ${ids.alice} alice@example.com`;
    answer.text = JSON.stringify({
      error: said,
      error_description: said,
      code: said,
      message: said,
      details: [{ code: said, message: said }],
    });
  });
  for (const flags of [['--write'], ['--write', '--json']]) {
    const { output, errors, text } = await report(echo, ...flags);
    t.match(text, /\{secret\}/, 'it was said');
    for (const shown of [output, errors, text])
      t.notMatch(
        shown,
        new RegExp(`worker-secret|${basic}|${environmentId}|${ids.worker}|${ids.alice}|alice@|\\bey[\\w-]{20}|127\\.0\\.0\\.1`),
      );
    t.notMatch(text, /pingone-mock-verify-/, 'nor the names that the run gave');
  }
});

t.test('a fact that the worker may not ask is no difference', async (t) => {
  const { url } = await listen(t);
  const closed = await proxy(t, url, (asked, answer) => {
    if (asked.url?.startsWith('/v1/environments/e0000000') && asked.headers.authorization) {
      answer.status = 403;
      answer.text = '{"code":"ACCESS_FAILED","message":"no"}';
    }
  });
  const { code, counts, findings } = await report(closed, '--write');
  const notAsked = findings.filter(({ result }) => result === 'not asked');
  t.equal(counts.notAsked, notAsked.length);
  t.ok(writeFacts.every(({ name }) => notAsked.some((each) => each.name === name)));
  t.match(notAsked.find(({ name }) => name === 'flow.members')?.got, /application of the run could not be created: 403/);
  t.match(notAsked.find(({ name }) => name === 'management.list')?.got, /may not read \/populations/);
  t.same(
    findings.filter(({ result }) => result === 'different').map(({ name }) => name),
    ['management.gateway'],
  );
  t.equal(code, 1);
});

t.test('a run that is stopped removes what it has made, and says what it could not remove', async (t) => {
  const { url, environment } = await listen(t);
  const { users, applications } = environment.store;
  const before = [users.size, applications.size];
  const stop = new AbortController();
  const stopping = await proxy(t, url, (asked) => void (asked.url?.includes('/flows/') && asked.method === 'POST' && stop.abort('SIGINT')));
  t.equal((await verify(stopping, ['--write'], stop.signal)).code, 1);
  t.same([users.size, applications.size], before);
  const keeping = await proxy(t, url, (asked, answer) => {
    if (asked.method === 'DELETE' && asked.url?.includes('/users/')) answer.status = 500;
  });
  t.match(
    (await verify(keeping, ['--write'])).errors,
    /^pingone-mock: the user pingone-mock-verify-\w{12} could not be removed: [^\n]*\n$/,
  );
});

t.test('a tenant that gives no token ends the command with advice, and without the secret', async (t) => {
  const { url } = await listen(t);
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'mistyped-secret');
  const refused = await verify(url, ['--client-secret-file', wrong]);
  t.equal(refused.code, 2, 'a flag that is given twice');
  const [output, errors]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) => ({ write: (text: string) => void lines.push(text) });
  const argv = [
    'verify',
    '--api',
    url,
    '--auth',
    url,
    '--environment',
    environmentId,
    '--client-id',
    ids.worker,
    '--client-secret-file',
    wrong,
  ];
  const code = await runCommand({ argv, env: {}, output: stream(output), errors: stream(errors), stop: new AbortController().signal });
  t.match([code, output, errors.join('')], [1, [], /issued no token \(401\).*do --client-id and --client-secret-file belong/]);
  t.notMatch(errors.join(''), /mistyped/);
  for (const missing of [
    ['verify'],
    ['verify', '--api', url, '--auth', 'x'],
    ['verify', '--api', url, '--auth', url, '--environment', 'x'],
  ])
    t.equal(await runCommand({ argv: missing, env: {}, output: stream([]), errors: stream([]), stop: new AbortController().signal }), 2);
});
