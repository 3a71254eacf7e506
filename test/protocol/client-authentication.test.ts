import t from 'tap';
import { decide } from '../../src/protocol/check.js';
import type { Client, ClientAuthenticationMethod } from '../../src/protocol/client.js';
import { checkClientAuthentication, readClient } from '../../src/protocol/client-authentication.js';

const client = (authenticationMethod: ClientAuthenticationMethod, enabled = true): Client => ({
  id: 'id',
  name: 'Demo',
  enabled,
  type: 'WEB_APP',
  grantTypes: [],
  responseTypes: [],
  authenticationMethod,
  pkceEnforcement: 'OPTIONAL',
  redirectUris: [],
  wildcardRedirectUris: false,
  postLogoutRedirectUris: [],
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const secrets = ['s3cret~', 'a+b%20c'];

type Body = Parameters<typeof readClient>[1];
const cases: readonly (readonly [string, string | undefined, Body, Client | undefined, string | undefined])[] = [
  ['none', undefined, { client_id: 'id' }, client('none'), undefined],
  ['nothing at all', undefined, {}, undefined, 'client_known'],
  ['an unknown client', undefined, { client_id: 'other' }, undefined, 'client_known'],
  ['none with a secret', undefined, { client_id: 'id', client_secret: 's3cret~' }, client('none'), 'client_authentication_method'],
  ['none by Basic', basic('id:s3cret~'), {}, client('none'), 'client_authentication_method'],
  ['none, disabled', undefined, { client_id: 'id' }, client('none', false), 'client_enabled'],
  ['basic', basic('id:s3cret~'), {}, client('client_secret_basic'), undefined],
  ['basic, the client_id in the body as well', basic('id:s3cret~'), { client_id: 'id' }, client('client_secret_basic'), undefined],
  ['basic, raw characters', basic('id:a+b%20c'), {}, client('client_secret_basic'), undefined],
  ['basic, form-url-encoded', basic('id:a%2Bb%2520c'), {}, client('client_secret_basic'), undefined],
  ['basic, in lower case', basic('id:s3cret~').replace('Basic', 'basic'), {}, client('client_secret_basic'), undefined],
  ['basic, wrong secret', basic('id:wrong'), {}, client('client_secret_basic'), 'client_credentials'],
  ['basic, empty secret', basic('id:'), {}, client('client_secret_basic'), 'client_credentials'],
  ['basic, a broken percent', basic('id:%zz'), {}, client('client_secret_basic'), 'client_credentials'],
  ['basic, disabled', basic('id:s3cret~'), {}, client('client_secret_basic', false), 'client_enabled'],
  ['basic for post', basic('id:s3cret~'), {}, client('client_secret_post'), 'client_authentication_method'],
  ['basic and post', basic('id:s3cret~'), { client_secret: 's3cret~' }, client('client_secret_basic'), 'client_authentication_method'],
  ['basic with another client_id', basic('id:s3cret~'), { client_id: 'x' }, client('client_secret_basic'), 'client_authentication_method'],
  ['basic, no colon', basic('id'), {}, client('client_secret_basic'), 'client_credentials_form'],
  ['basic, not base64', 'Basic {}', {}, client('client_secret_basic'), 'client_credentials_form'],
  ['basic, nothing behind it', 'Basic', {}, client('client_secret_basic'), 'client_credentials_form'],
  ['post', undefined, { client_id: 'id', client_secret: 's3cret~' }, client('client_secret_post'), undefined],
  ['post, wrong secret', undefined, { client_id: 'id', client_secret: 'x' }, client('client_secret_post'), 'client_credentials'],
  [
    'post for basic',
    undefined,
    { client_id: 'id', client_secret: 's3cret~' },
    client('client_secret_basic'),
    'client_authentication_method',
  ],
  ['no secret for post', undefined, { client_id: 'id' }, client('client_secret_post'), 'client_authentication_method'],
  [
    'an assertion for post',
    undefined,
    { client_id: 'id', client_assertion: 'x' },
    client('client_secret_post'),
    'client_authentication_method',
  ],
  [
    'an assertion and a secret',
    undefined,
    { client_id: 'id', client_assertion: 'x', client_secret: 'y' },
    client('client_secret_post'),
    'client_authentication_method',
  ],
  ['a bearer token is no client', 'Bearer x', { client_id: 'id' }, client('none'), undefined],
];

for (const [name, authorization, body, of, rule] of cases)
  t.equal(decide(checkClientAuthentication(readClient(authorization, body), of, secrets)).refusedBy?.rule, rule, name);
