import fc from 'fast-check';
import t from 'tap';
import {
  diagnoseAuthenticationMethod,
  diagnoseCodeOfOtherClient,
  diagnoseExpiredCode,
  diagnoseFlowAction,
  diagnoseForm,
  diagnoseRedirectUri,
  diagnoseRule,
  diagnoseSecret,
  diagnoseSeveralMethods,
  diagnoseTimes,
  diagnoseUnknownClient,
  diagnoseUnknownCode,
  diagnoseUnknownEnvironment,
  diagnoseUnrouted,
  diagnoseUsedCode,
} from '../../../src/protocol/mistakes/index.js';
import { longestDiagnosed } from '../../../src/protocol/mistakes/redirect-uri.js';
import { matchRedirectUri } from '../../../src/protocol/redirect-uri.js';
import { type RuleName, rules } from '../../../src/protocol/rules/index.js';

t.test('a redirect_uri that almost matches is diagnosed by its difference', async (t) => {
  const web = 'https://app.example.com/callback';
  const cases: readonly (readonly [code: string, got: string, expected: string, why?: RegExp])[] = [
    ['redirect_uri_trailing_slash', `${web}/`, web, /character 33: "\/" where the end was expected/],
    ['redirect_uri_trailing_slash', 'https://app.example.com', 'https://app.example.com/'],
    ['redirect_uri_scheme', 'http://app.example.com/callback', web],
    ['redirect_uri_scheme', 'https://localhost:3000/callback', 'http://localhost:3000/callback'],
    ['redirect_uri_loopback_host', 'http://127.0.0.1:3000/callback', 'http://localhost:3000/callback'],
    ['redirect_uri_loopback_host', 'http://[::1]:5173/callback', 'http://localhost:3000/callback'],
    ['redirect_uri_port', 'https://app.example.com:8443/callback', web],
    ['redirect_uri_case', 'https://app.example.com/Callback', web, /character 25: "Callback" where "callback" was expected/],
    ['redirect_uri_fragment', `${web}#/home`, web],
    ['redirect_uri_query', `${web}?next=1`, web],
    ['redirect_uri_path', 'https://app.example.com/cb', web],
    ['redirect_uri_host', 'https://staging.example.com/callback', web],
    ['redirect_uri_white_space', `${web} `, web],
    ['redirect_uri_encoded_twice', encodeURIComponent(web), web],
    ['redirect_uri_case', 'com.example.demo://Callback', 'com.example.demo://callback'],
    ['redirect_uri_unregistered', 'https://else.example.com/else', web, /registered: https:/],
  ];
  for (const [code, got, expected, why = /./] of cases)
    t.match(diagnoseRedirectUri({ got, expected: ['https://other.example.org/x', expected] }), { code, why }, `${code}: ${got}`);
  t.match(diagnoseRedirectUri({ got: web, expected: [] }), { code: 'redirect_uri_none_registered' });
  t.match(diagnoseRedirectUri({ got: 'https://a.b/c', expected: [web], registeredBy: 'Shop' }), {
    code: 'redirect_uri_of_other_application',
    title: /Shop/,
  });
  t.match(diagnoseRedirectUri({ got: '%', expected: ['x'] }), { code: 'redirect_uri_host' });
  t.match(diagnoseRedirectUri({ got: `${web}/`, expected: [web], source: 'authorization request' }), {
    why: /in the authorization request:/,
  });
  t.match(diagnoseRedirectUri({ got: 'https://c.d/e', expected: [web], source: 'authorization request' }), {
    title: /differs from that of the authorization/,
  });
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.webUrl(), fc.string(), (got, expected, tail) => {
      if (matchRedirectUri(got + tail, [expected])) return true;
      const { code, title, why, fix } = diagnoseRedirectUri({ got: got + tail, expected: [expected] });
      return [code, title, why, fix].every((text) => text.length > 0);
    }),
    { numRuns: 30 },
  );
});

const environment = { id: 'e0000000-0000-4000-8000-000000000001', name: 'Demo' };
const application = { id: 'a0000000-0000-4000-8000-000000000002', name: 'Demo SPA' };

t.test('an unknown client, environment or path is diagnosed with the nearest match', async (t) => {
  const cases = [
    ['client_id_missing', undefined],
    ['client_id_altered', `"${application.id}"`],
    ['client_id_altered', application.id.toUpperCase()],
    ['client_name_as_id', 'demo spa'],
    ['client_id_misspelt', application.id.replace('2', '7')],
    ['client_unknown', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
    ['client_unknown', 'x'],
  ] as const;
  for (const [code, clientId] of cases)
    t.equal(diagnoseUnknownClient({ clientId, environment, applications: [application] }).code, code, `${clientId}`);
  t.match(diagnoseUnknownClient({ clientId: 'x', environment, applications: [] }), { code: 'client_unknown', why: /no application/ });
  const elsewhere = { environment: { id: 'e2', name: 'Stage' }, application };
  t.match(diagnoseUnknownClient({ clientId: application.id, environment, applications: [], elsewhere }), {
    code: 'client_of_other_environment',
    title: /Stage.*Demo/,
  });
  t.match(diagnoseUnknownEnvironment('e', [environment]), { code: 'unknown_environment', fix: /e0000000/ });
  t.match(diagnoseUnknownEnvironment('e', []), { code: 'unknown_environment' });
  const paths = ['as/authorize', 'as/token'];
  const ask = (method: string, path: string, more: { allowed?: string[]; environments?: [] } = {}) =>
    diagnoseUnrouted({ method, path, allowed: [], paths, environments: [environment], ...more });
  t.match(ask('GET', '/e/as/tokn'), {
    code: 'unknown_path',
    fix: `The nearest path is /${environment.id}/as/token.`,
    confidence: 'possible',
  });
  t.match(ask('GET', '/as/authorize'), { title: /lacks the environment/, fix: /\/as\/authorize\.$/, confidence: 'exact' });
  t.match(ask('GET', '/as', { environments: [] }), { fix: /\{environmentId\}/ });
  const own = environment.id;
  const addresses = [
    [`//${own}/as/authorize`, 'path_two_slashes', `is /${own}/as/authorize`],
    [`/v1/environments/${own}/as/token`, 'auth_path_on_api', `/${own}/as/token`],
    [`/v1/${own}/as/token`, 'v1_in_auth_path', `Leave /v1 out: /${own}/as/token`],
    [`/v1/unknown/flows/f`, 'v1_in_auth_path', `/${own}/flows/f`],
    [`/${own}/as/jwks/.well-known/openid-configuration`, 'issuer_is_jwks_address', `is /${own}/as/.well-known/openid-configuration`],
    [`/${own}/.well-known/openid-configuration`, 'issuer_wrong', `/${own}/as`],
    [`/${own}/as/.well-known/openid-configuration/.well-known/openid-configuration`, 'issuer_wrong', `/${own}/as`],
    ['/.well-known/openid-configuration', 'issuer_wrong', `/${own}/as`],
  ] as const;
  for (const [path, code, fix] of addresses) {
    const found = ask('GET', path);
    t.equal(found.code, code, path);
    t.ok(found.fix.includes(fix), `${path}: ${found.fix}`);
  }
  t.match(ask('GET', '/as/.well-known/openid-configuration'), { title: /lacks the environment/ });
  t.match(ask('GET', '/e/as/token', { allowed: ['POST'] }), { code: 'method_not_allowed', fix: 'Send POST.' });
});

t.test('a failed client authentication is diagnosed by its cause', async (t) => {
  t.match(diagnoseAuthenticationMethod('none', 'client_secret_basic'), { code: 'wrong_authentication_method', fix: /Send the secret/ });
  t.match(diagnoseAuthenticationMethod('client_secret_post', 'client_secret_basic'), { title: /post.*basic/, fix: /CLIENT_SECRET_POST/ });
  t.match(diagnoseSeveralMethods('secrets', 'client_secret_post'), {
    code: 'secret_sent_twice',
    fix: /once: keep client_secret in the body/,
  });
  t.match(diagnoseSeveralMethods('secrets', 'client_secret_basic'), { fix: /leave client_secret out of the body/ });
  t.match(diagnoseSeveralMethods('assertion', 'private_key_jwt'), { code: 'secret_and_assertion', fix: /keep client_assertion/ });
  t.match(diagnoseSeveralMethods('client_ids', 'client_secret_basic'), { code: 'client_ids_differ', fix: /same id in both places/ });
  t.match(diagnoseSeveralMethods('secrets', ''), { fix: /^Send the secret once\.$/ });
  const cases = [
    ['previous_secret_expired', { expiredAt: '2026-01-01T00:00:00Z' }],
    ['secret_of_other_application', { ofOther: { application: { id: 'a', name: 'Shop' }, environment } }],
    ['secret_white_space', { trimmed: true }],
    ['client_id_as_secret', { isClientId: true }],
    ['secret_wrong', {}],
  ] as const;
  for (const [code, facts] of cases) t.equal(diagnoseSecret({ application, ...facts }).code, code);
});

t.test('a form in the wrong place or under the wrong type is named as such', async (t) => {
  const form = 'application/x-www-form-urlencoded';
  const missing = { rule: 'grant_type_present', ok: false } as const;
  const sent = { contentType: form, body: '', inQuery: [], inBody: [] };
  t.match(diagnoseForm({ ...sent, contentType: 'application/json', body: 'grant_type=x' }, missing), {
    code: 'form_under_other_type',
    title: /json/,
  });
  t.match(diagnoseForm({ ...sent, contentType: undefined, body: 'code=x' }, missing), { code: 'form_under_other_type', title: /missing/ });
  t.match(diagnoseForm({ ...sent, body: '{"grant_type":"x"}' }, missing), { code: 'json_as_form' });
  t.match(diagnoseForm({ ...sent, inQuery: ['grant_type', 'x'] }, missing), { code: 'parameters_in_query', title: /body: grant_type$/ });
  t.match(diagnoseForm({ ...sent, inQuery: ['code'], inBody: ['grant_type'] }, { rule: 'code_present', ok: false }), {
    why: /only grant_type/,
  });
  for (const [other, check] of [
    [{ ...sent, inQuery: ['tenant'] }, missing],
    [{ ...sent, inQuery: ['code'], inBody: ['code'] }, missing],
    [
      { ...sent, inQuery: ['code'] },
      { rule: 'code_unused', ok: false },
    ],
    [{ ...sent, body: '{not json' }, missing],
    [{ ...sent, contentType: 'text/plain', body: 'hello' }, missing],
  ] as const)
    t.equal(diagnoseForm(other, check), undefined, JSON.stringify(other));
});

t.test('an action that a flow does not take is diagnosed by status and policy', async (t) => {
  const question = { action: 'user.register', status: 'USERNAME_PASSWORD_REQUIRED', offered: ['session.reset'], disallowed: true };
  t.match(diagnoseFlowAction(question), { code: 'registration_not_enabled', why: /offers session.reset/, fix: /"enabled": true/ });
  t.match(diagnoseFlowAction({ ...question, action: 'password.forgot' }), { code: 'recovery_not_enabled' });
  t.match(diagnoseFlowAction({ ...question, disallowed: false }), { code: 'action_not_offered', title: /USERNAME.*user.register/ });
  t.match(diagnoseFlowAction({ ...question, action: 'otp.check', offered: [] }), { code: 'action_not_offered', why: /no action/ });
});

t.test('a refused code is diagnosed by its cause', async (t) => {
  t.match(diagnoseUsedCode(false), { code: 'code_used' });
  t.match(diagnoseUsedCode(true), { code: 'code_used', why: /same state/ });
  t.match(diagnoseExpiredCode(1000, 62_000, 60), { code: 'code_expired', title: /61 s ago/ });
  t.match(diagnoseCodeOfOtherClient('A', 'B', ['http://localhost:9400']), { code: 'code_of_other_client', why: /bound to the client/ });
  t.match(diagnoseCodeOfOtherClient('A', 'B', ['http://localhost:9400', 'http://127.0.0.1:9400']), { why: /several origins/ });
  t.match(diagnoseUnknownCode({ code: 'c', elsewhere: { environment } }), { code: 'code_of_other_environment' });
  t.match(diagnoseUnknownCode({ code: ' c', altered: true }), { code: 'code_altered' });
  t.match(diagnoseUnknownCode({ code: 'c' }), { code: 'code_unknown', confidence: 'possible' });
});

t.test('clock skew and expired times are diagnosed', async (t) => {
  const now = 1_800_000_000;
  const cases = [
    ['clock_skew', { iat: now + 30, exp: now + 90 }, /is 30 s in the future/],
    ['clock_skew', { nbf: now + 300 }, /5 min/],
    ['token_expired', { exp: now - 7200 }, /2 h ago/],
    ['lifetime_negative', { iat: now - 10, exp: now - 20 }, /ends before/],
    [undefined, { iat: now, exp: now + 60 }, undefined],
    [undefined, {}, undefined],
  ] as const;
  for (const [code, times, title] of cases) {
    const diagnosis = diagnoseTimes('The assertion', times, now);
    t.equal(diagnosis?.code, code);
    if (title) t.match(diagnosis?.title, title);
  }
});

t.test('any other rule is explained by what was expected and received', async (t) => {
  t.match(diagnoseRule({ rule: 'scope_granted', ok: false, expected: 'openid', got: 'oppenid', spec: 'RFC 6749 §3.3' }), {
    code: 'scope_granted',
    why: 'Expected: openid. Received: oppenid. See RFC 6749 §3.3.',
    confidence: 'exact',
  });
  t.match(diagnoseRule({ rule: 'grant_type_allowed', ok: false, got: 'urn:ietf:params:oauth:grant-type:device_code' }), {
    fix: /DEVICE_CODE/,
  });
  t.match(diagnoseRule({ rule: 'parameter_once', ok: false, got: 'code' }), { title: /code was sent more than once/ });
  t.match(diagnoseRule({ rule: 'unexpected_error', ok: false }), { why: 'No values were compared.' });
});

t.test('every rule is explained', async (t) => {
  for (const rule of Object.keys(rules) as RuleName[]) {
    const { title, fix } = diagnoseRule({ rule, ok: false, got: 'x' });
    t.ok(title.length > 10 && fix.length > 10, rule);
  }
});

t.test('of a redirect URI no more than 4096 characters are diagnosed', async (t) => {
  const web = 'https://app.example.com/callback';
  const { code, why } = diagnoseRedirectUri({ got: `${web}/${'x/'.repeat(500_000)}`, expected: [web] });
  t.equal(code, 'redirect_uri_path');
  t.ok(why.length < longestDiagnosed + 200);
});
