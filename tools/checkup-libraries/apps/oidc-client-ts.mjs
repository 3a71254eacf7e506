// A UserManager in a page: signinRedirect at /login, signinCallback at /callback.
import { createRequire } from 'node:module';

const script = createRequire(import.meta.url)
  .resolve('oidc-client-ts')
  .replace(/dist\/.*/, 'dist/browser/oidc-client-ts.min.js');

const page = (title, run) =>
  `<!doctype html><title>${title}</title><p id="who"></p><script src="/library.js"></script><script src="/settings.js"></script><script>${run}</script>`;

export default ({ app, base, issuer, clientId }) => {
  const settings = { authority: issuer, client_id: clientId, redirect_uri: `${base}/callback`, scope: 'openid profile' };
  app.get('/library.js', (_request, response) => response.sendFile(script));
  app.get('/settings.js', (_request, response) =>
    response.type('js').send(`const manager = new oidc.UserManager(${JSON.stringify(settings)});`),
  );
  app.get('/login', (_request, response) => response.send(page('Sign-on', 'manager.signinRedirect();')));
  app.get('/callback', (_request, response) => {
    const shown = `({ profile }) => { document.title = 'Profile'; who.textContent = profile.given_name ?? profile.sub; }`;
    response.send(page('Callback', `manager.signinCallback().then(${shown}, () => { document.title = 'Failed'; });`));
  });
};
