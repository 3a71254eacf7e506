import t from 'tap';
import { type Application, toClient } from '../../src/pingone/application.js';
import { OAuthError } from '../../src/pingone/errors.js';
import { prettyJson } from '../../src/pingone/json.js';

t.test('an application that says little is a client that may do little', async (t) => {
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

t.test('JSON as PingOne prints it', async (t) => {
  t.equal(prettyJson({ a: [undefined, 1, {}], b: undefined, c: [] }), '{\n  "a" : [ null, 1, { } ],\n  "c" : [ ]\n}');
  t.equal(prettyJson(undefined), 'null');
});

t.test('a refusal is told by its first failed check, or by itself', async (t) => {
  t.equal(new OAuthError('code_known').message, 'code_known');
  t.equal(new OAuthError('code_known', [{ rule: 'code_known', ok: true }]).check.ok, false, 'even where no check says so');
  t.equal(
    new OAuthError('code_client', [{ rule: 'code_client', ok: false, expected: 'a', got: 'b' }]).message,
    'code_client: got b, expected a',
  );
});
