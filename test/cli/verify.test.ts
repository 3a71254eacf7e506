import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../../src/cli/run.js';
import { coverageOf, showCoverage } from '../../src/cli/verify/coverage.js';
import { evaluated } from '../../src/cli/verify/expressions.js';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { type Altered, type Asked, folder, proxy, report, verify, withClaims } from '../helpers/verifying.js';

t.test('the mock is like itself, and a run leaves nothing behind', async (t) => {
  const { url, environment } = await listen(t);
  const { users, applications, resources, trustedIssuers } = environment.store;
  const sizes = () => [users, applications, resources, trustedIssuers].map(({ size }) => size);
  const before = sizes();
  const read = await report(url);
  t.same(
    read.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same([read.code, read.errors, read.writes, read.counts], [0, '', false, { same: readFacts.length, different: 0, notAsked: 0 }]);
  t.same(sizes(), before);
  const written = await report(url, '--write');
  t.same(
    written.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same(written.counts, { same: readFacts.length + writeFacts.length, different: 0, notAsked: 0 });
  t.same(sizes(), before, 'what it made is gone');
  t.same(read.coverage, coverageOf(readFacts), 'the report counts the rows that the run asked about');
  t.same(written.coverage, coverageOf([...readFacts, ...writeFacts]));
  t.ok(read.coverage.inferredNotAsked.length > written.coverage.inferredNotAsked.length);
  t.ok(written.output.endsWith(`\nasked about ${showCoverage(written.coverage)}\n`), 'so does the table');
  for (const { name } of [...readFacts, ...writeFacts]) t.ok(written.output.includes(`✓ ${name} `), name);
});

/** Members that the next request depends on: another value would only end the run. */
const needed = /^(access_token|id|href|type|token_type|resumeUrl|population|secret)$/;

/** Another value of the same kind, with one member more. */
function changed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(changed);
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}!`;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, needed.test(name) ? member : changed(member)]);
  return { added: true, ...Object.fromEntries(members) };
}

const workerBasic = `Basic ${Buffer.from(`${ids.worker}:worker-secret`).toString('base64')}`;

const triedClaims = Object.fromEntries(evaluated.map(({ name }) => [`verify-${name}`, 'added']));

/** Alters whatever a fact may look at. */
function spoil(asked: Asked, answer: Altered): void {
  const { location } = answer.headers;
  if (asked.url?.endsWith('/as/token') && asked.headers.authorization !== workerBasic)
    answer.text = answer.text.replace(/(?<="access_token":")[^"]+/, (token) =>
      withClaims(token, (claims) => ({ ...triedClaims, ...(changed(claims) as object), 'verify-signs': false })),
    );
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

t.test('an answer that differs in everything is found by every fact', async (t) => {
  const { url } = await listen(t);
  const spoiled = await report(await proxy(t, url, spoil), '--write');
  t.same(
    spoiled.findings.filter(({ result }) => result !== 'different').map(({ name, got }) => [name, got]),
    [],
  );
  t.equal(spoiled.code, 1);
  for (const { name } of [...readFacts, ...writeFacts]) t.ok(spoiled.output.includes(`✗ ${name} `), name);
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
