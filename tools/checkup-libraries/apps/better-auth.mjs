// The plugin genericOAuth with a discovery address, and sign-on through signIn.social.
import { betterAuth } from 'better-auth';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { genericOAuth } from 'better-auth/plugins';
import { handOn } from './posted-start.mjs';

export default ({ app, base, issuer, clientId, clientSecret, secret, profile }) => {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const auth = betterAuth({
    baseURL: base,
    secret,
    plugins: [
      genericOAuth({
        config: [{ providerId: 'pingone', discoveryUrl, clientId, clientSecret, scopes: ['openid', 'profile', 'email'] }],
      }),
    ],
  });
  app.all('/api/auth/*splat', toNodeHandler(auth));

  app.get('/login', async (_request, response) => {
    const answer = await auth.api.signInSocial({
      body: { provider: 'pingone', callbackURL: '/', errorCallbackURL: '/failed' },
      asResponse: true,
    });
    handOn(response, answer.headers.getSetCookie(), (await answer.json()).url);
  });
  app.get('/failed', (_request, response) => profile(response.status(403)));
  app.get('/', async ({ headers }, response) => {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(headers) });
    profile(response, session?.user.name);
  });
};
