import * as client from 'openid-client';
import t, { type Test } from 'tap';
import { changeApplication, newClientKey } from '../helpers/application.js';
import { redirectUri } from '../helpers/client.js';
import { newPerson } from '../helpers/person.js';
import { ids, listen } from '../helpers/server.js';

const afterwards = 'http://localhost:3000/';

/** The server in real time, as clients live in it, and openid-client set up by discovery alone. */
async function world(t: Test, clientId: string, authentication?: client.ClientAuth) {
  const server = await listen(t);
  await server.clock.reset();
  const config = await client.discovery(new URL(server.issuer), clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  });
  client.enableNonRepudiationChecks(config);
  return { ...server, config, person: newPerson(server.url) };
}

/** What a request with everything carries, and what is checked of its answer. */
async function newRequest() {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  return {
    parameters: {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    },
    checks: { pkceCodeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
  };
}

/** The OAuth error that a call of the client rejects with. */
const refusalOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'nothing',
    (error: { error?: string }) => error.error ?? error,
  );

t.test('openid-client signs on with PKCE, reads userinfo, refreshes, introspects, revokes, signs off', async (t) => {
  const { config, person, environment } = await world(t, ids.web, client.ClientSecretBasic('web-secret'));
  const { parameters, checks } = await newRequest();
  const { url } = await person.open(client.buildAuthorizationUrl(config, { ...parameters, max_age: '600' }));
  const tokens = await client.authorizationCodeGrant(config, url, { ...checks, maxAge: 600 });
  t.match(tokens.claims(), { sub: ids.alice, aud: ids.web, nonce: parameters.nonce });
  const user = await client.fetchUserInfo(config, tokens.access_token, ids.alice);
  t.match(user, { sub: ids.alice, email: 'alice@example.com', given_name: 'Alice' });

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token as string);
  t.equal(refreshed.claims()?.auth_time, tokens.claims()?.auth_time, 'auth_time stays over a refresh');
  t.match(await client.tokenIntrospection(config, refreshed.access_token), { active: true, client_id: ids.web });
  await client.tokenRevocation(config, refreshed.refresh_token as string);
  t.equal(await refusalOf(client.refreshTokenGrant(config, refreshed.refresh_token as string)), 'invalid_grant');

  const again = await newRequest();
  const silent = await person.open(client.buildAuthorizationUrl(config, { ...again.parameters, prompt: 'none' }));
  t.ok(await client.authorizationCodeGrant(config, silent.url, again.checks), 'a silent renewal');
  const end = client.buildEndSessionUrl(config, {
    id_token_hint: refreshed.id_token as string,
    post_logout_redirect_uri: afterwards,
    state: 'bye',
  });
  t.equal((await person.open(end)).url.href, `${afterwards}?state=bye`);
  t.equal(await environment.store.sessions.count(), 0);
  const last = await newRequest();
  const refused = await person.open(client.buildAuthorizationUrl(config, { ...last.parameters, prompt: 'none' }));
  t.equal(await refusalOf(client.authorizationCodeGrant(config, refused.url, last.checks)), 'login_required');
});

t.test('a public client redeems its code and refreshes without a secret', async (t) => {
  const { config, person } = await world(t, ids.spa, client.None());
  const { parameters, checks } = await newRequest();
  const { url } = await person.open(client.buildAuthorizationUrl(config, parameters));
  const tokens = await client.authorizationCodeGrant(config, url, checks);
  t.ok((await client.refreshTokenGrant(config, tokens.refresh_token as string)).access_token);
});

t.test('openid-client redeems and pushes with every client authentication method', async (t) => {
  const key = await newClientKey();
  const ways: [method: string, authentication: client.ClientAuth][] = [
    ['CLIENT_SECRET_BASIC', client.ClientSecretBasic('web-secret')],
    ['CLIENT_SECRET_POST', client.ClientSecretPost('web-secret')],
    ['CLIENT_SECRET_JWT', client.ClientSecretJwt('web-secret')],
    ['PRIVATE_KEY_JWT', client.PrivateKeyJwt({ key: key.privateKey, kid: 'client-key' })],
  ];
  for (const [tokenEndpointAuthMethod, authentication] of ways) {
    const { config, person, environment } = await world(t, ids.web, authentication);
    await changeApplication(environment, ids.web, { tokenEndpointAuthMethod, jwks: JSON.stringify({ keys: [key.publicJwk] }) });
    const { parameters, checks } = await newRequest();
    const { url } = await person.open(await client.buildAuthorizationUrlWithPAR(config, parameters));
    const tokens = await client.authorizationCodeGrant(config, url, checks);
    t.equal(tokens.claims()?.sub, ids.alice, `${tokenEndpointAuthMethod}, at the token endpoint and for a pushed request`);
  }
});

t.test('openid-client sends signed request objects, pushed and in the address', async (t) => {
  const { config, person, environment } = await world(t, ids.web, client.ClientSecretBasic('web-secret'));
  const key = await newClientKey();
  await changeApplication(environment, ids.web, {
    jwks: JSON.stringify({ keys: [key.publicJwk] }),
    requireSignedRequestObject: true,
    parRequirement: 'REQUIRED',
  });
  const signing = { key: key.privateKey, kid: 'client-key' };
  const { parameters, checks } = await newRequest();
  t.equal(await refusalOf(client.buildAuthorizationUrlWithPAR(config, parameters)), 'invalid_request', 'without an object');
  const object = await client.buildAuthorizationUrlWithJAR(config, parameters, signing);
  const request = object.searchParams.get('request') as string;
  const pushed = await client.buildAuthorizationUrlWithPAR(config, { request });
  t.same([...pushed.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const tokens = await client.authorizationCodeGrant(config, (await person.open(pushed)).url, checks);
  t.equal(tokens.claims()?.nonce, parameters.nonce, 'an object, pushed');

  await changeApplication(environment, ids.web, { parRequirement: 'OPTIONAL' });
  const direct = await newRequest();
  const { url } = await person.open(await client.buildAuthorizationUrlWithJAR(config, direct.parameters, signing));
  t.ok(await client.authorizationCodeGrant(config, url, direct.checks), 'an object, in the address');
});

t.test('openid-client accepts hybrid and implicit responses', async (t) => {
  const { config, person, environment } = await world(t, ids.web, client.ClientSecretBasic('web-secret'));
  await changeApplication(environment, ids.web, {
    grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'],
    responseTypes: ['CODE', 'ID_TOKEN', 'TOKEN'],
  });
  client.useCodeIdTokenResponseType(config);
  const { parameters, checks } = await newRequest();
  const hybrid = await person.open(client.buildAuthorizationUrl(config, parameters));
  t.ok((await client.authorizationCodeGrant(config, hybrid.url, checks)).access_token, 'code id_token, with its c_hash');

  const other = await client.discovery(new URL(config.serverMetadata().issuer), ids.web, undefined, client.None(), {
    execute: [client.allowInsecureRequests, client.useIdTokenResponseType],
  });
  const nonce = client.randomNonce();
  const implicit = await person.open(client.buildAuthorizationUrl(other, { redirect_uri: redirectUri, scope: 'openid', nonce }));
  t.match(await client.implicitAuthentication(other, implicit.url, nonce), { sub: ids.alice, nonce });
});
