// The README's redirect-based sign-on: authorize.url() at /login, token.exchange() and user.info() at /callback.
import { build } from 'esbuild';

const script = `
import { oidc } from '@forgerock/oidc-client';
const { config } = await (await fetch('/settings.json')).json();
const client = await oidc({ config });
if (location.pathname === '/login') location.assign(await client.authorize.url());
else {
  const answer = new URLSearchParams(location.search);
  const tokens = await client.token.exchange(answer.get('code'), answer.get('state'));
  const user = 'error' in tokens ? tokens : await client.user.info();
  document.title = 'error' in user ? 'Failed' : 'Profile';
  if (!('error' in user)) document.querySelector('p').textContent = user.given_name ?? user.sub;
}`;

export default async ({ app, base, issuer, clientId }) => {
  const resolveDir = new URL('.', import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  const serverConfig = { wellknown: `${issuer}/.well-known/openid-configuration` };
  const config = { serverConfig, clientId, redirectUri: `${base}/callback`, scope: 'openid profile email' };
  app.get('/settings.json', (_request, response) => response.json({ config }));
  app.get('/client.js', (_request, response) => response.type('js').send(outputFiles[0].text));
  app.get(['/login', '/callback'], (_request, response) =>
    response.send('<!doctype html><title>Sign-on</title><p></p><script type="module" src="/client.js"></script>'),
  );
};
