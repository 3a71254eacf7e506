import * as oauth from 'oauth4webapi';
import t from 'tap';
import { changeApplication, newClientKey } from '../helpers/application.js';
import { redirectUri } from '../helpers/client.js';
import { newPerson } from '../helpers/person.js';
import { ids, listen } from '../helpers/server.js';

const insecure = { [oauth.allowInsecureRequests]: true };

t.test('oauth4webapi pushes a signed request object, redeems its code, refreshes, introspects, revokes', async (t) => {
  const { issuer: address, url, clock, environment } = await listen(t);
  await clock.reset();
  const key = await newClientKey();
  await changeApplication(environment, ids.spa, {
    jwks: JSON.stringify({ keys: [key.publicJwk] }),
    requireSignedRequestObject: true,
    parRequirement: 'REQUIRED',
  });
  const issuer = new URL(address);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const client: oauth.Client = { client_id: ids.spa };
  const authentication = oauth.None();
  const [codeVerifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const parameters = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  };
  const request = await oauth.issueRequestObject(server, client, parameters, { key: key.privateKey, kid: 'client-key' });
  const pushing = await oauth.pushedAuthorizationRequest(server, client, authentication, { request }, insecure);
  const pushed = await oauth.processPushedAuthorizationResponse(server, client, pushing);
  t.match(pushed, { expires_in: 60 });

  const asked = new URL(server.authorization_endpoint as string);
  asked.searchParams.set('client_id', ids.spa);
  asked.searchParams.set('request_uri', pushed.request_uri);
  const person = newPerson(url);
  const callback = oauth.validateAuthResponse(server, client, (await person.open(asked)).url, state);
  const redeeming = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    callback,
    redirectUri,
    codeVerifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, redeeming, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, redeeming, insecure);
  t.match(oauth.getValidatedIdTokenClaims(tokens), { sub: ids.alice, nonce });

  const user = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
  t.match(await oauth.processUserInfoResponse(server, client, ids.alice, user), { email: 'alice@example.com' });
  const refreshing = await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token as string, insecure);
  const refreshed = await oauth.processRefreshTokenResponse(server, client, refreshing);
  const asking = await oauth.introspectionRequest(server, client, authentication, refreshed.access_token, insecure);
  t.match(await oauth.processIntrospectionResponse(server, client, asking), { active: true });
  const revoking = await oauth.revocationRequest(server, client, authentication, refreshed.refresh_token as string, insecure);
  t.equal(await oauth.processRevocationResponse(revoking), undefined);

  const again = await person.open(asked);
  t.match(again.url.searchParams.get('error'), /used already/, 'the pushed request is spent');
});
