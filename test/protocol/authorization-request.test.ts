import t from 'tap';
import {
  checkPrompt,
  checkResponseMode,
  checkResponseType,
  defaultResponseMode,
  parseResponseType,
  words,
} from '../../src/protocol/authorization-request.js';
import { decide, failed } from '../../src/protocol/check.js';
import type { Client } from '../../src/protocol/client.js';

const client: Client = {
  id: 'a0000000-0000-4000-8000-000000000002',
  name: 'Demo SPA',
  enabled: true,
  type: 'SINGLE_PAGE_APP',
  grantTypes: ['authorization_code'],
  responseTypes: ['code'],
  authenticationMethod: 'none',
  pkceEnforcement: 'OPTIONAL',
  redirectUris: [],
  wildcardRedirectUris: false,
  postLogoutRedirectUris: [],
};
const all: Client = { ...client, grantTypes: ['authorization_code', 'implicit'], responseTypes: ['code', 'token', 'id_token'] };

t.test('a space-separated list is split into words', async (t) => {
  t.same(words(undefined), []);
  t.same(words('  openid   profile '), ['openid', 'profile']);
});

t.test('a response_type must be known and allowed to the application', async (t) => {
  t.same(parseResponseType('id_token code'), ['code', 'id_token'], 'in any order');
  for (const unknown of ['', 'none', 'code code', 'Code', 'code foo']) t.equal(parseResponseType(unknown), undefined, unknown);
  const cases = [
    ['absent', undefined, client, 'response_type_present'],
    ['code', 'code', client, undefined],
    ['unknown', 'saml', client, 'response_type_known'],
    ['not among the application’s', 'token', client, 'response_type_allowed'],
    ['hybrid', 'code id_token', client, 'response_type_allowed'],
    ['hybrid, allowed', 'code id_token token', all, undefined],
    ['the type without its grant', 'token', { ...all, grantTypes: ['authorization_code'] }, 'response_type_allowed'],
    ['the grant without its type', 'code', { ...all, responseTypes: ['token'] }, 'response_type_allowed'],
  ] as const;
  for (const [name, type, of, rule] of cases) t.equal(decide(checkResponseType(type, of)).refusedBy?.rule, rule, name);
});

t.test('a response_mode must be known and fit the response type', async (t) => {
  t.equal(defaultResponseMode(['code']), 'query');
  t.equal(defaultResponseMode(['code', 'id_token']), 'fragment');
  const cases = [
    ['absent', undefined, ['token'], undefined],
    ['pi.flow', 'pi.flow', ['code'], undefined],
    ['query for a code', 'query', ['code'], undefined],
    ['query for a token', 'query', ['token'], 'response_mode_fits'],
    ['form_post', 'form_post', ['token'], undefined],
    ['unknown', 'jwt', ['code'], 'response_mode_known'],
  ] as const;
  for (const [name, mode, types, rule] of cases) t.equal(decide(checkResponseMode(mode, types)).refusedBy?.rule, rule, name);
});

t.test('prompt=none excludes any other prompt, and max_age must be a number', async (t) => {
  const cases = [
    ['neither', undefined, undefined, undefined],
    ['none', 'none', '0', undefined],
    ['login consent', 'login consent', undefined, undefined],
    ['none with login', 'none login', undefined, 'prompt_none_alone'],
    ['unknown', 'select_account', undefined, 'prompt_known'],
    ['max_age in words', undefined, 'soon', 'max_age_number'],
    ['max_age below zero', undefined, '-1', 'max_age_number'],
  ] as const;
  for (const [name, prompt, maxAge, rule] of cases) t.equal(failed(checkPrompt(prompt, maxAge))?.rule, rule, name);
});
