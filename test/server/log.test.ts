import t from 'tap';
import { logOutcomes } from '../../src/environment/journal/outcome-log.js';
import { createTransactions } from '../../src/environment/journal/transactions.js';
import { createRandom } from '../../src/lib/random.js';
import { check } from '../../src/protocol/check.js';
import { diagnoseRule } from '../../src/protocol/mistakes/index.js';
import { type RuleName, rules } from '../../src/protocol/rules/index.js';
import { createLogger, holdBack, prettyLine } from '../../src/server/log.js';

function collect() {
  const lines: string[] = [];
  return { lines, stream: { write: (line: string) => void lines.push(line) } };
}

const settings = { logFormat: 'json', logLevel: 'info', hideSecrets: false } as const;

t.test('events go to standard output, warnings and errors to standard error', async (t) => {
  const [output, errors] = [collect(), collect()];
  const log = createLogger(settings, { output: output.stream, errors: errors.stream });
  log.info({ event: 'token', ok: true }, 'tokens issued');
  log.warn('http redirect');
  log.error({ err: new Error('broken') });
  log.debug('not asked for');
  t.match(
    output.lines.map((line) => JSON.parse(line)),
    [{ level: 30, event: 'token', ok: true, msg: 'tokens issued' }],
  );
  t.match(
    errors.lines.map((line) => JSON.parse(line)),
    [{ msg: 'http redirect' }, { err: { message: 'broken' } }],
  );
  t.equal(errors.lines.length, 2);
  t.notMatch(output.lines[0], /pid|hostname/);
});

t.test('logging that is off writes nothing', async (t) => {
  const { lines, stream } = collect();
  createLogger({ ...settings, logFormat: 'off' }, { output: stream, errors: stream }).fatal('nobody hears');
  t.same(lines, []);
});

t.test('secrets are left out of the log when asked', async (t) => {
  const { lines, stream } = collect();
  const log = createLogger({ ...settings, hideSecrets: true }, { output: stream, errors: stream });
  log.info({ code: 'c', form: { client_secret: 's', grant_type: 'g' } });
  t.notMatch(lines[0], /"code"|client_secret/);
  t.match(JSON.parse(lines[0] ?? ''), { form: { grant_type: 'g' } });
});

t.test('the pretty log writes one line for each event', async (t) => {
  const time = new Date(2030, 0, 1, 14, 32, 1).getTime();
  const cases: [event: Record<string, unknown>, line: string][] = [
    [{ level: 30, event: 'token', ok: true, application: 'Demo SPA', msg: 'tokens' }, '14:32:01 ✓ token     Demo SPA tokens'],
    [{ level: 30, event: 'token', ok: false, msg: 'PKCE', see: 'http://x/tx/1' }, '14:32:01 ✗ token     PKCE → http://x/tx/1'],
    [{ level: 40, msg: 'careful', uri: 'http://x' }, '14:32:01 ! careful uri=http://x'],
    [{ level: 50, err: { message: 'broken', stack: 'Error: broken\n  at x' } }, '14:32:01 ✗ Error: broken\n  at x'],
    [{ level: 40, err: { message: 'refused' } }, '14:32:01 ! refused'],
    [{ level: 30, msg: 'a\nb\u001b[31m\u202e' }, '14:32:01 · a\\u000ab\\u001b[31m\\u202e'],
    [{ level: 30, list: [1, 2] }, '14:32:01 · list=[1,2]'],
  ];
  for (const [event, line] of cases) t.equal(prettyLine({ time, ...event }, false), line);
  t.ok(prettyLine({ time, level: 30, ok: true, msg: 'x' }, true).endsWith('\u001b[32m✓\u001b[0m x'));

  const { lines, stream } = collect();
  createLogger({ ...settings, logFormat: 'pretty' }, { output: stream, errors: stream }).info({ ok: true }, 'done');
  t.match(lines, [/^\d\d:\d\d:\d\d ✓ done\n$/]);
});

t.test('the pretty line of a refusal fits 160 characters and ends in its page', async (t) => {
  const see = 'http://localhost:9400/__mock/tx/01234567-89ab-4cde-8f01-23456789abcd';
  const refusal = {
    time: 0,
    level: 40,
    event: 'token',
    ok: false,
    application: 'An application of a long name'.repeat(3),
    rule: 'r',
    got: 'g',
  };
  for (const msg of ['short', 'a reason that takes its time '.repeat(20), '\u{1f600}'.repeat(200)]) {
    const line = prettyLine({ ...refusal, msg, see }, false);
    t.ok(line.length <= 160 && line.endsWith(` → ${see}`), `${line.length}: ${line}`);
    t.notMatch(line, /[\ud800-\udbff]…/);
    t.notMatch(line, /rule=|got=/);
    t.ok(prettyLine({ ...refusal, msg }, false).length <= 160);
  }
  t.match(prettyLine({ ...refusal, msg: 'why', see }, false), / why → http/, 'a short reason is whole');
});

t.test('the pretty line of every rule’s refusal fits 160 characters, whatever a request sends', async (t) => {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ ...settings, logFormat: 'pretty' }, { output: stream, errors: stream });
  const transactions = createTransactions({ environmentId: 'e0000000', now: () => 0, newId: createRandom().uuid });
  logOutcomes(transactions, log, { see: ({ id }) => `http://localhost:9400/__mock/tx/${id}` });
  for (const rule of Object.keys(rules) as RuleName[])
    for (const got of ['x', 'a long value '.repeat(300), '\u{1f600}\n'.repeat(300)])
      for (const kind of ['authorize', 'pkce.compare'] as const) {
        const transaction = transactions.start({ application: { id: 'a', name: `Demo ${got}`, pkceEnforcement: 'OPTIONAL' } });
        const failed = check(rule, false, { got, expected: got });
        const title = `Refused by ${rule}: ${got}`;
        transactions.step(transaction, { kind, ok: false, title, checks: [failed], diagnosis: diagnoseRule(failed) });
        transactions.step(transaction, { kind, ok: false, title, checks: [failed] });
      }
  t.equal(lines.length, Object.keys(rules).length * 12);
  t.same(
    lines.filter((line) => line.trimEnd().length > 160),
    [],
  );
  t.equal(lines.filter((line) => /^\S+ ✗ .* → http\S+\/tx\/[0-9a-f-]{36}\n$/.test(line)).length, lines.length / 2);
});

t.test('lines are held back until the ready line is out', async (t) => {
  const { lines, stream } = collect();
  const held = holdBack(stream);
  held.write('early\n');
  stream.write('ready\n');
  held.release();
  held.write('late\n');
  t.same(lines, ['ready\n', 'early\n', 'late\n']);
});
