// A web application with sessions of its own: sign-on by PingOne (authorization code with PKCE, and a client secret where
// there is one), with Express and openid-client. Nothing in it knows of a mock.
import { randomUUID } from 'node:crypto';
import express from 'express';
import * as oidc from 'openid-client';

const demoWeb = 'a0000000-0000-4000-8000-000000000004';
const {
  OIDC_ISSUER = 'http://localhost:9400/e0000000-0000-4000-8000-000000000001/as',
  OIDC_CLIENT_ID = demoWeb,
  OIDC_CLIENT_SECRET = OIDC_CLIENT_ID === demoWeb ? 'web-secret' : undefined,
  PORT = '3000',
} = process.env;

const plainHttp = OIDC_ISSUER.startsWith('http:') ? { execute: [oidc.allowInsecureRequests] } : {};
// A public client has no secret: PKCE alone protects its codes.
const authentication = OIDC_CLIENT_SECRET ? oidc.ClientSecretBasic(OIDC_CLIENT_SECRET) : oidc.None();
const config = await oidc.discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, undefined, authentication, plainHttp);
// The ID token comes straight from the token endpoint; its signature is checked all the same.
oidc.enableNonRepudiationChecks(config);

/** What this application remembers of a browser, by the value of its cookie. */
const sessions = new Map();
const app = express();
let origin;

app.use((request, response, next) => {
  const id = /(?:^|; )session=([0-9a-f-]{36})/.exec(request.headers.cookie ?? '')?.[1];
  request.session = sessions.get(id);
  if (!request.session) {
    const made = randomUUID();
    request.session = {};
    sessions.set(made, request.session);
    response.cookie('session', made, { httpOnly: true, sameSite: 'lax' });
  }
  next();
});

app.get('/', (request, response) => {
  const { user } = request.session;
  response.type('text').send(user ? `Signed on as ${user.preferred_username}` : 'Nobody is signed on');
});

app.get('/login', async (request, response) => {
  const [codeVerifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  request.session.signOn = { codeVerifier, state, nonce };
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  response.redirect(url.href);
});

app.get('/callback', async (request, response) => {
  // Taken out before it is used: a callback counts once.
  const { signOn } = request.session;
  delete request.session.signOn;
  if (!signOn) return response.status(400).type('text').send('No sign-on is under way in this browser');
  const tokens = await oidc.authorizationCodeGrant(config, new URL(request.originalUrl, origin), {
    pkceCodeVerifier: signOn.codeVerifier,
    expectedState: signOn.state,
    expectedNonce: signOn.nonce,
  });
  const { sub } = tokens.claims();
  request.session.user = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  request.session.idToken = tokens.id_token;
  response.redirect('/');
});

app.get('/logout', (request, response) => {
  const { idToken } = request.session;
  delete request.session.user;
  delete request.session.idToken;
  response.redirect(idToken ? oidc.buildEndSessionUrl(config, { id_token_hint: idToken }).href : '/');
});

// What the provider refuses, and what does not fit, is told to the person in one sentence.
app.use((error, _request, response, _next) => {
  response
    .status(error.status === 503 ? 502 : 400)
    .type('text')
    .send(`Sign-on failed: ${error.error ?? error.cause?.message ?? error.message}`);
});

const server = app.listen(Number(PORT), 'localhost', () => {
  origin = `http://localhost:${server.address().port}`;
  console.log(`listening on ${origin}`);
});
