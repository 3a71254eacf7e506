import t from 'tap';
import { coverageOf } from '../../src/cli/verify/coverage.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { proxy, report, verify } from '../helpers/verifying.js';

t.test('without --write nothing is written', async (t) => {
  const { url } = await listen(t);
  const written: string[] = [];
  const watched = await proxy(t, url, ({ method, url: path }) => {
    if (method !== 'GET' && method !== 'HEAD' && !/\/as\/token$/.test(path ?? ''))
      written.push(`${method} ${path?.replace(environmentId, '{id}')}`);
  });
  t.equal((await verify(watched)).code, 0);
  t.same([...new Set(written)], ['DELETE /{id}/as/jwks'], 'but for a method that no path has');
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
  const { code, counts, coverage, findings } = await report(closed, '--write');
  const notAsked = findings.filter(({ result }) => result === 'not asked');
  t.equal(counts.notAsked, notAsked.length);
  t.same(coverage, coverageOf(findings.filter((each) => !notAsked.includes(each))), 'a row whose facts could not be asked is not covered');
  t.ok(coverage.inferredNotAsked.some(({ section, fact }) => section === '5.1' && fact.startsWith('Revoking a token')));
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
  const sizes = () => Promise.all([users.count(), applications.count()]);
  const before = await sizes();
  const stop = new AbortController();
  const stopping = await proxy(t, url, (asked) => void (asked.url?.includes('/flows/') && asked.method === 'POST' && stop.abort('SIGINT')));
  t.equal((await verify(stopping, ['--write'], stop.signal)).code, 1);
  t.same(await sizes(), before);
  const keeping = await proxy(t, url, (asked, answer) => {
    if (asked.method === 'DELETE' && asked.url?.includes('/users/')) answer.status = 500;
  });
  t.match(
    (await verify(keeping, ['--write'])).errors,
    /^pingone-mock: the user pingone-mock-verify-\w{12} could not be removed: [^\n]*\n$/,
  );
});
