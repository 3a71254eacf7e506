import t from 'tap';
import { cases } from '../../src/checkup/cases.js';
import type { Finding } from '../../src/checkup/types.js';
import { changedBy, guarded, guardedByMany, idsOf, play, sound, verdicts } from './checkup-checks.js';

const unlike = ({ ok }: Finding) => !ok;
const notApplied = ({ verdict }: Finding) => verdict === 'does not apply';

t.test('a client with all checks meets every case as it should', async (t) => {
  const { report, mock } = await play(t, {});
  t.same(report.findings.filter(unlike), []);
  t.same(
    report.findings.map(({ id }) => id),
    cases.map(({ id }) => id),
  );
  t.same(
    report.findings.filter(notApplied).map(({ id }) => id),
    ['cookie-secure', 'token-in-local-storage', 'token-in-session-storage', 'c-hash-wrong', 'discovery-over-http'],
  );
  t.match(report, { user: 'alice', success: ['status 200', 'path /profile'] });
  const left = async (path: string) => (await fetch(`${mock.url}/__mock/v1/environments/default/${path}`)).json();
  t.same([await left('faults'), await left('rules')], [{ faults: [] }, { rules: [] }], 'and leaves nothing behind');
  sound.set('usual', Promise.resolve(verdicts(report.findings)));
});

t.test('so it does with ID tokens from the browser, and over HTTPS', async (t) => {
  for (const [kind, applies] of [
    ['hybrid', 'c-hash-wrong'],
    ['provider on HTTPS', 'discovery-over-http'],
    ['application on HTTPS', 'cookie-secure'],
  ] as const) {
    const { report } = await play(t, { kind, only: idsOf() });
    t.same(report.findings.filter(unlike), [], kind);
    t.notOk(
      report.findings.filter(notApplied).some(({ id }) => id === applies),
      `${applies} applies`,
    );
    sound.set(kind, Promise.resolve(verdicts(report.findings)));
  }
});

for (const { without, also } of guardedByMany)
  t.test(`a client without ${without.join(', ')} also fails what each of them guards`, async (t) => {
    const { changed } = await changedBy(t, without);
    const expected = [...new Set([...without.flatMap((check) => guarded[check]), ...also])];
    // Without a challenge there is none to ignore.
    const absent = without.includes('pkce') ? 'pkce-challenge-ignored' : undefined;
    t.same(changed, expected.filter((id) => id !== absent).sort());
  });

t.test('every case is guarded by a check that can be left out', async (t) => {
  const all = new Set([...Object.values(guarded).flat(), ...guardedByMany.flatMap(({ also }) => also)]);
  // Only a real browser has storage, and the mock itself refuses a verifier of another form.
  t.same(
    cases.map(({ id }) => id).filter((id) => !all.has(id)),
    ['pkce-verifier-form', 'token-in-local-storage', 'token-in-session-storage'],
  );
});

t.test('where no signature is verified, keys make no difference', async (t) => {
  const { report } = await play(t, { without: ['signature', 'known key', 'fresh keys', 'asymmetric algorithm'], only: ['keys'] });
  t.same(
    [...verdicts(report.findings)].filter(([, verdict]) => verdict !== 'does not apply'),
    [],
  );
  t.match(report.findings.find(({ id }) => id === 'keys-rotated')?.remark, /accepts ID tokens whose signature is wrong/);
});

t.test('without a state, its cases do not apply', async (t) => {
  const only = ['state-missing', 'state-altered', 'state-of-another-browser', 'state-used-before', 'login-csrf'];
  const { report } = await play(t, { without: 'state sent', only });
  t.same(
    report.findings.map(({ id, verdict }) => [id, verdict]),
    only.map((id) => [id, id === 'login-csrf' ? 'refused' : 'does not apply']),
  );
});
