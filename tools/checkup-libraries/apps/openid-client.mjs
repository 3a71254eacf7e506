// The authorization code flow of the README, with state and nonce for every server.
import session from 'express-session';
import * as client from 'openid-client';

export default async ({ app, base, issuer, clientId, clientSecret, secret, profile }) => {
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));
  const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });

  app.get('/login', async (request, response) => {
    const codeVerifier = client.randomPKCECodeVerifier();
    const parameters = {
      redirect_uri: `${base}/callback`,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state: client.randomState(),
      nonce: client.randomNonce(),
    };
    request.session.pending = { codeVerifier, state: parameters.state, nonce: parameters.nonce };
    response.redirect(client.buildAuthorizationUrl(config, parameters).href);
  });

  app.get('/callback', async (request, response) => {
    const { pending } = request.session;
    delete request.session.pending;
    if (!pending) return profile(response.status(400));
    const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, base), {
      pkceCodeVerifier: pending.codeVerifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      idTokenExpected: true,
    });
    const { sub } = tokens.claims();
    const { given_name: name } = await client.fetchUserInfo(config, tokens.access_token, sub);
    request.session.regenerate(() => {
      request.session.name = name ?? sub;
      response.redirect('/');
    });
  });

  app.get('/', (request, response) => profile(response, request.session.name));
};
