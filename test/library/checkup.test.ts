import t from 'tap';
import { cases } from '../../src/checkup/run.js';
import { startMock } from '../../src/index.js';
import { checkup } from '../../src/library/checkup.js';
import { fetchTransport } from '../../src/library/transport.js';
import { type Check, checks, startRelyingParty } from './relying-party.js';

/** The cases that each check guards: they are met wrongly where it is left out, and no others. */
const guarded: Readonly<Record<Check, readonly string[]>> = {
  state: ['state-missing', 'state-altered', 'state-of-another-browser', 'state-used-before'],
  'state bound to the browser': ['state-of-another-browser', 'state-used-before'],
  'state fresh': ['state-reused', 'state-of-another-browser', 'state-used-before'],
  'sign-on of this browser': ['login-csrf'],
  pkce: ['pkce-missing'],
  'pkce S256': ['pkce-method'],
  'pkce fresh': ['pkce-challenge-reused', 'pkce-verifier-guessable'],
  escape: ['error-with-markup'],
  'new session': ['session-fixation'],
  HttpOnly: ['cookie-readable'],
  SameSite: ['cookie-same-site'],
  'own way back': ['open-redirector'],
  'no token in addresses': ['token-in-address'],
  signature: ['signature-wrong'],
  'known key': ['kid-unknown'],
  'asymmetric algorithm': ['alg-none', 'alg-hs256'],
  'key of the issuer': ['key-embedded'],
  'fresh keys': ['keys-rotated'],
  iss: ['iss-wrong'],
  aud: ['aud-wrong'],
  azp: ['azp-wrong'],
  exp: ['expired', 'clock-expired-for-minutes'],
  'exp required': ['exp-missing'],
  'iat required': ['iat-missing'],
  nbf: ['not-yet-valid'],
  leeway: ['clock-minute-ahead'],
  sub: ['sub-missing'],
  nonce: ['nonce-wrong', 'nonce-missing', 'nonce-used-before'],
  'sub of userinfo': ['sub-unlike-userinfo'],
  token_type: ['token-type-missing', 'token-type-unknown'],
  access_token: ['access-token-missing'],
  'optional expires_in': ['expires-in-missing'],
  patience: ['answer-late'],
  catch: ['answer-dropped', 'json-cut'],
};

async function checkupWithout(t: Parameters<typeof startRelyingParty>[0], without: Check | undefined, only?: readonly string[]) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const environment = { id: mock.environmentId, issuer: mock.issuer };
  const report = await checkup(fetchTransport(mock.url), environment, { start, ...(only && { only }) });
  return { report, mock };
}

t.test('a client with all checks meets every case as it should', async (t) => {
  const { report, mock } = await checkupWithout(t, undefined);
  t.same(
    report.findings.filter(({ ok }) => !ok),
    [],
  );
  t.ok(report.findings.length >= 45, `${report.findings.length} cases`);
  t.same(new Set(report.findings.map(({ id }) => id)).size, cases.length, 'each has a name of its own');
  t.match(report, { user: 'alice', success: ['status 200', 'path /profile'] });
  t.comment(report.findings.filter(({ verdict }) => verdict === 'does not apply').map(({ id }) => id));
  t.same(await Promise.resolve(mock.requests.filter({ endpoint: 'other' })), [], 'and leaves nothing behind');
});

for (const check of checks)
  t.test(`a client without "${check}" fails the cases that it guards, and no others`, async (t) => {
    const slow = check === 'patience' ? [] : ['answer-late'];
    const { report } = await checkupWithout(
      t,
      check,
      cases.map(({ id }) => id).filter((id) => !slow.includes(id)),
    );
    t.same(
      report.findings
        .filter(({ ok }) => !ok)
        .map(({ id }) => id)
        .sort(),
      [...guarded[check]].sort(),
    );
  });
