import { generateKeyPairSync } from 'node:crypto';
import t, { type Test } from 'tap';
import { cases } from '../../src/checkup/cases.js';
import type { CheckupOptions, Finding } from '../../src/checkup/types.js';
import { startMock } from '../../src/index.js';
import { makeCertificate } from '../../src/lib/x509/certificate.js';
import { checkup } from '../../src/library/checkup.js';
import { fetchTransport } from '../../src/library/transport.js';
import { type Check, checks, startRelyingParty } from './relying-party.js';

/** The cases that each check guards: they are met in another way where it is left out, and no others. */
export const guarded: Readonly<Record<Check, readonly string[]>> = {
  state: ['state-missing', 'state-altered', 'state-of-another-browser', 'state-used-before'],
  // What is checked only where it is there.
  'state required': ['state-missing'],
  'state bound to the browser': ['state-of-another-browser'],
  // PKCE or nonce is enough.
  'state sent': [],
  // A new challenge or nonce is enough.
  'state fresh': [],
  'sign-on of this browser': ['login-csrf'],
  'sign-on used once': ['code-used-twice'],
  'redirect URI of each provider': ['mix-up'],
  'iss of the response': ['issuer-wrong'],
  pkce: ['pkce-missing'],
  'pkce S256': ['pkce-method'],
  'pkce fresh': ['pkce-challenge-reused', 'pkce-verifier-guessable'],
  'verifier random': ['pkce-verifier-guessable'],
  'verifier out of addresses': ['pkce-verifier-in-address'],
  'verifier out of queries': ['pkce-verifier-in-log'],
  'verifier out of Referer': ['pkce-verifier-in-referer'],
  escape: ['error-with-markup'],
  'new session': ['session-fixation'],
  HttpOnly: ['cookie-readable'],
  SameSite: ['cookie-same-site'],
  Secure: ['cookie-secure'],
  'own way back': ['open-redirector'],
  'no token in addresses': ['token-in-address'],
  signature: ['signature-wrong'],
  'known key': ['kid-unknown'],
  'asymmetric algorithm': ['alg-none', 'alg-hs256'],
  'key of the issuer': ['key-embedded'],
  'address of the issuer': ['key-url-followed'],
  'fresh keys': ['keys-rotated'],
  'refetch now and then': ['keys-fetched-too-often'],
  'keys or nothing': ['keys-unreachable', 'keys-empty'],
  'every key of a name': ['keys-duplicate-kid'],
  iss: ['iss-wrong'],
  aud: ['aud-wrong'],
  'no other aud': ['aud-several'],
  azp: ['azp-wrong'],
  exp: ['expired', 'clock-expired-for-minutes'],
  'exp required': ['exp-missing'],
  'iat required': ['iat-missing'],
  'iat in the past': ['iat-in-future', 'clock-five-minutes-ahead'],
  'iat of some time ago': ['clock-minute-behind', 'clock-five-minutes-behind', 'clock-expired-for-a-minute'],
  nbf: ['not-yet-valid'],
  leeway: ['clock-minute-ahead', 'clock-expired-for-a-minute'],
  sub: ['sub-missing'],
  'nonce fresh': ['nonce-used-before', 'pkce-challenge-ignored'],
  nonce: ['nonce-wrong', 'nonce-missing', 'nonce-used-before', 'pkce-challenge-ignored'],
  'nonce required': ['nonce-missing'],
  at_hash: ['at-hash-wrong'],
  c_hash: ['c-hash-wrong'],
  acr: ['acr-not-as-asked'],
  auth_time: ['auth-time-too-old'],
  'auth_time required': ['auth-time-missing'],
  'sub of userinfo': ['sub-unlike-userinfo'],
  token_type: ['token-type-missing', 'token-type-unknown'],
  access_token: ['access-token-missing'],
  'content type': ['content-type-wrong'],
  'optional expires_in': ['expires-in-missing'],
  'code sent once': ['unavailable-once'],
  'large answers': ['answer-large'],
  patience: ['answer-late'],
  catch: ['answer-dropped', 'json-cut'],
  'newest refresh token': ['refresh-rotated'],
  'one refresh at a time': ['refresh-sent-twice'],
  'revoked means out': ['refresh-revoked'],
  hint: ['sign-off-hint'],
  'session ends': ['sign-off-session-kept', 'sign-off-cookie-works'],
  'session ends on the server': ['sign-off-cookie-works'],
  // A session that the server has forgotten needs no cookie taken away.
  'path of the cookie': [],
  'no-store': ['sign-off-back-button'],
  'issuer of discovery': ['discovery-issuer-wrong', 'discovery-redirected'],
  'endpoints on HTTPS': ['discovery-over-http'],
};

/** Several checks guard these: one alone is enough. */
export const guardedByMany: readonly { readonly without: readonly Check[]; readonly also: readonly string[] }[] = [
  { without: ['session ends on the server', 'path of the cookie'], also: ['sign-off-session-kept'] },
  { without: ['pkce', 'nonce'], also: ['code-injected'] },
  { without: ['state fresh', 'pkce fresh', 'nonce fresh'], also: ['state-reused', 'code-injected', 'callback-of-another-browser'] },
  { without: ['state', 'pkce', 'nonce'], also: ['code-injected', 'callback-of-another-browser'] },
];

/** Where a check needs another kind of application or provider than the usual one. */
export type Kind = 'usual' | 'hybrid' | 'provider on HTTPS' | 'application on HTTPS';
const kindOf = (check: Check | undefined): Kind =>
  check === 'c_hash'
    ? 'hybrid'
    : check === 'endpoints on HTTPS'
      ? 'provider on HTTPS'
      : check === 'Secure'
        ? 'application on HTTPS'
        : 'usual';

const clientId = 'c0000000-0000-4000-8000-000000000018';

/** An application that may get ID tokens from the browser and refresh tokens, and a policy that it may ask for. */
const seed = {
  environments: [
    {
      users: [{ username: 'alice', password: 'Alice-Passw0rd' }],
      signOnPolicies: [{ name: 'Careful', actions: [{ type: 'LOGIN' }] }],
      applications: [
        {
          id: clientId,
          name: 'Relying party',
          type: 'SINGLE_PAGE_APP',
          protocol: 'OPENID_CONNECT',
          tokenEndpointAuthMethod: 'NONE',
          pkceEnforcement: 'OPTIONAL',
          grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'IMPLICIT'],
          responseTypes: ['CODE', 'ID_TOKEN'],
          redirectUris: ['http://127.0.0.1/callback'],
          signOnPolicyAssignments: [{ signOnPolicy: 'Careful', priority: 1 }],
        },
      ],
    },
  ],
};

/** Cases of many requests, or that take seconds, are run with all checks in, and where they are concerned. */
const slow: readonly string[] = [
  'answer-large',
  'answer-late',
  'keys-duplicate-kid',
  'keys-empty',
  'keys-fetched-too-often',
  'open-redirector',
  'refresh-revoked',
  'refresh-rotated',
  'refresh-sent-twice',
];

interface Played extends Partial<CheckupOptions> {
  readonly without?: Check | readonly Check[] | undefined;
  readonly kind?: Kind;
}

export async function play(t: Test, { without, kind = 'usual', ...options }: Played) {
  const mock = await startMock({ seed, ...(kind === 'provider on HTTPS' && { https: 'only', httpsPort: 0 }) });
  t.teardown(() => mock.close());
  const other = await mock.createEnvironment({});
  const { issuer } = mock;
  const party = await startRelyingParty(t, {
    issuer,
    clientId,
    acr: 'Careful',
    without,
    hybrid: kind === 'hybrid',
    second: { issuer: other.issuer, clientId: 'registered-elsewhere' },
    ...(kind === 'application on HTTPS' && { tls: testCertificate() }),
  });
  await mock.apps.update(clientId, { redirectUris: [party.callback] });
  const report = await checkup(
    fetchTransport(mock.url),
    { id: mock.environmentId, issuer },
    { start: party.start, secondStart: party.secondStart, keyCooldowns: [], ...options },
  );
  return { report, mock };
}

/** With a key of its own; the test trusts any. */
function testCertificate() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = makeCertificate({
    subject: { commonName: '127.0.0.1', organization: 'Relying party' },
    publicKey,
    signingKey: privateKey,
    serialNumber: Buffer.from([7]),
    notBeforeAt: Date.UTC(2020, 0),
    notAfterAt: Date.UTC(2060, 0),
  });
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

export const verdicts = (findings: readonly Finding[]) => new Map(findings.map(({ id, verdict }) => [id, verdict]));
export const idsOf = (only: readonly string[] = cases.map(({ id }) => id)) => only.filter((id) => !slow.includes(id));

/** How a client with all checks meets the cases, by kind. */
export const sound = new Map<Kind, Promise<ReadonlyMap<string, Finding['verdict']>>>();
const soundOf = (kind: Kind) => {
  const known = sound.get(kind) ?? play(t, { kind }).then(({ report }) => verdicts(report.findings));
  sound.set(kind, known);
  return known;
};

/** The cases that a client without some checks meets in another way than one with all, where they still apply. */
export async function changedBy(t: Test, without: readonly Check[], also: readonly string[] = []) {
  const kind = kindOf(without[0]);
  const { report } = await play(t, { without, kind, only: [...idsOf(), ...also] });
  const before = await soundOf(kind);
  const changed = report.findings.filter(({ id, verdict }) => verdict !== before.get(id) && verdict !== 'does not apply');
  return { changed: changed.map(({ id }) => id).sort(), report };
}

/** A test for each check from one to another. */
export function testChecks(from: Check, to: Check): void {
  for (const check of checks.slice(checks.indexOf(from), checks.indexOf(to) + 1))
    t.test(`a client without "${check}" fails the cases that it guards, and no others`, async (t) => {
      const { changed, report } = await changedBy(t, [check], guarded[check]);
      t.same(changed, [...guarded[check]].sort());
      const refusals = report.findings.filter(({ id, expects }) => changed.includes(id) && expects === 'refused');
      const wrong = ['catch', 'large answers'].includes(check) ? 'crashed' : 'accepted';
      t.same(
        refusals.filter(({ verdict }) => verdict !== wrong),
        [],
      );
    });
}
