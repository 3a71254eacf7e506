import t from 'tap';
import { keepingClosed } from '../../src/configuration/directory/self-service.js';
import { showOrganization } from '../../src/configuration/environments/organization-view.js';
import { type Application, toClient } from '../../src/environment/model/application.js';
import type { EnvironmentRecord } from '../../src/environment/model/configuration.js';
import { browserStateCookie } from '../../src/http/session-state.js';
import { OAuthError } from '../../src/pingone/errors.js';
import { prettyJson } from '../../src/pingone/pretty-json.js';

t.test('an application that says little becomes a client with few rights', async (t) => {
  const at = '2026-11-22T12:00:00.000Z';
  const application: Application = {
    id: 'a',
    environment: { id: 'e' },
    name: 'Bare',
    enabled: true,
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    createdAt: at,
    updatedAt: at,
  };
  t.match(toClient(application), {
    grantTypes: [],
    responseTypes: [],
    authenticationMethod: 'none',
    pkceEnforcement: 'OPTIONAL',
    redirectUris: [],
    wildcardRedirectUris: false,
  });
  t.same(toClient({ ...application, grantTypes: ['AUTHORIZATION_CODE', 'SOMETHING_NEW'] }).grantTypes, ['authorization_code']);
  t.equal(toClient(application), toClient(application), 'worked out once');
});

t.test('JSON is printed as PingOne prints it', async (t) => {
  t.equal(prettyJson({ a: [undefined, 1, {}], b: undefined, c: [] }), '{\n  "a" : [ null, 1, { } ],\n  "c" : [ ]\n}');
  t.equal(prettyJson(undefined), 'null');
});

t.test('the message of a refusal is its first failed check, or its rule', async (t) => {
  t.equal(new OAuthError('code_known').message, 'code_known');
  t.equal(new OAuthError('code_known', [{ rule: 'code_known', ok: true }]).check.ok, false, 'even where no check says so');
  t.equal(
    new OAuthError('code_client', [{ rule: 'code_client', ok: false, expected: 'a', got: 'b' }]).message,
    'code_client: got b, expected a',
  );
});

t.test('an organization is as old as its oldest environment', async (t) => {
  const record = (createdAt: string) => ({ createdAt, organization: { id: 'o' } }) as EnvironmentRecord;
  const [older, newer] = [record('2026-01-01T00:00:00.000Z'), record('2026-02-01T00:00:00.000Z')];
  for (const records of [
    [older, newer],
    [newer, older],
  ])
    t.equal(showOrganization(records, '/v1').createdAt, older.createdAt);
});

t.test('subattributes a person may not change survive whatever is sent instead', async (t) => {
  const user = { name: { given: 'Alice', family: 'Adams' } };
  const open = new Set(['name.given']);
  t.same(keepingClosed({ name: { given: 'Eve', family: 'Evil' } }, user, open, []), { name: { given: 'Eve', family: 'Adams' } });
  t.same(keepingClosed({ name: 'Eve' }, user, open, []), { name: { family: 'Adams' } });
  t.same(keepingClosed({}, user, open, []), { name: { family: 'Adams' } });
});

t.test('the cookie for the OP iframe is SameSite=None over https only', async (t) => {
  t.match(browserStateCookie('s', { path: '/e', secure: true }), /; Path=\/e; Secure; SameSite=None$/);
  t.match(browserStateCookie('s', { path: '/e', secure: false }), /; Path=\/e; SameSite=Lax$/);
});
