import type { Finding, Report } from '../../src/checkup/types.js';

const row: Omit<Finding, 'id' | 'title' | 'verdict' | 'ok'> = {
  group: 'id token',
  spec: 'OpenID Connect Core §3.1.3.7, 11',
  must: 'Compare nonce with the value that it sent.',
  gain: 'A stolen code of another sign-on is planted here.',
  expects: 'refused',
  milliseconds: 125,
};

/** A finding of each kind, in an order that no report keeps. */
export const findings: readonly Finding[] = [
  { ...row, id: 'iss-wrong', title: 'The ID token is of another issuer', verdict: 'refused', ok: true },
  {
    ...row,
    id: 'nonce-used',
    title: 'The nonce was used before',
    verdict: 'does not apply',
    ok: true,
    remark: 'it sends no nonce',
    milliseconds: 0,
  },
  {
    ...row,
    id: 'late',
    group: 'token answer',
    title: 'The answer is late',
    expects: 'accepted',
    verdict: 'refused',
    ok: false,
    milliseconds: 31_000,
  },
  {
    ...row,
    id: 'json-cut',
    group: 'token answer',
    title: 'The answer is cut',
    verdict: 'crashed',
    ok: false,
    remark: '/callback answered 500',
  },
  {
    ...row,
    id: 'nonce-wrong',
    title: 'The ID token has <another> nonce & more',
    verdict: 'accepted',
    ok: false,
    transaction: 'http://127.0.0.1:9400/__mock/tx/0f8fad5b',
    fix: { library: 'openid-client 6', line: 'expectedNonce: "…"', docs: 'https://github.com/panva/openid-client' },
    requests: [
      { method: 'GET', path: '/as/authorize', parameters: ['client_id', 'state'], status: 302 },
      { method: 'POST', path: '/as/token', parameters: ['grant_type', 'code'], status: 200, changed: 'id_token.nonce' },
      { method: 'POST', path: '/as/token', parameters: [], status: undefined },
    ],
  },
];

export const report: Report = {
  start: 'http://localhost:3000/login?a=<b>&c="d"',
  clientId: 'a0000000-0000-4000-8000-000000000001',
  user: 'alice',
  at: '2026-11-30T12:00:00.000Z',
  success: ['status 200', 'path /profile'],
  libraries: [{ name: 'openid-client 6', docs: 'https://github.com/panva/openid-client', by: 'user agent openid-client/v6.8.0' }],
  findings,
};
