import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../../src/cli/run.js';
import { coverageOf, showCoverage } from '../../src/cli/verify/coverage.js';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { folder, report, verify } from '../helpers/verifying.js';

t.test('the mock is like itself, and a run leaves nothing behind', async (t) => {
  const { url, environment } = await listen(t);
  const { users, applications, resources, trustedIssuers } = environment.store;
  const sizes = () => Promise.all([users, applications, resources, trustedIssuers].map((collection) => collection.count()));
  const before = await sizes();
  const read = await report(url);
  t.same(
    read.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same([read.code, read.errors, read.writes, read.counts], [0, '', false, { same: readFacts.length, different: 0, notAsked: 0 }]);
  t.same(await sizes(), before);
  const written = await report(url, '--write');
  t.same(
    written.findings.filter(({ result }) => result !== 'same'),
    [],
  );
  t.same(written.counts, { same: readFacts.length + writeFacts.length, different: 0, notAsked: 0 });
  t.same(await sizes(), before, 'what it made is gone');
  t.same(read.coverage, coverageOf(readFacts), 'the report counts the rows that the run asked about');
  t.same(written.coverage, coverageOf([...readFacts, ...writeFacts]));
  t.ok(read.coverage.inferredNotAsked.length > written.coverage.inferredNotAsked.length);
  t.ok(written.output.endsWith(`\nasked about ${showCoverage(written.coverage)}\n`), 'so does the table');
  for (const { name } of [...readFacts, ...writeFacts]) t.ok(written.output.includes(`✓ ${name} `), name);
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
