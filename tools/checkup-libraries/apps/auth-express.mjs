// ExpressAuth with a provider of one's own, type oidc, as the guide "Configuring OAuth providers" of Auth.js shows it.
import { ExpressAuth, getSession } from '@auth/express';
import express from 'express-4';
import { cookieOf, handOn } from './posted-start.mjs';

export default ({ app, base, issuer, clientId, clientSecret, secret, profile }) => {
  const provider = { id: 'pingone', name: 'PingOne', type: 'oidc', issuer, clientId, clientSecret };
  const config = { providers: [provider], secret, trustHost: true, pages: { error: '/failed' } };
  // It reads the wildcard of Express 4.
  const routes = express();
  routes.set('trust proxy', true);
  routes.use('/auth/*', ExpressAuth(config));
  app.use(routes);

  app.get('/login', async (_request, response) => {
    const form = await fetch(`${base}/auth/csrf`);
    const { csrfToken } = await form.json();
    const answer = await fetch(`${base}/auth/signin/pingone`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookieOf(form.headers.getSetCookie()) },
      body: new URLSearchParams({ csrfToken, callbackUrl: `${base}/` }),
    });
    const cookies = [...form.headers.getSetCookie(), ...answer.headers.getSetCookie()];
    handOn(response, cookies, answer.headers.get('location'));
  });
  app.get('/failed', (_request, response) => profile(response.status(400)));
  app.get('/', async (request, response) => profile(response, (await getSession(request, config))?.user?.name));
};
