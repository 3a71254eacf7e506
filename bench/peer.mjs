// Starts one of the peers and prints where it listens. Copied by peers.mjs to where they are installed.
import { createServer } from 'node:net';

const clientId = 'a0000000-0000-4000-8000-000000000002';
const redirectUri = 'http://localhost:3000/callback';
const host = '127.0.0.1';
const ready = (url) => process.stdout.write(`${JSON.stringify({ url })}\n`);
// What a peer prints itself is not the ready line, and nothing for the table.
for (const level of ['log', 'info', 'warn']) console[level] = () => {};

/** A free port, for servers whose issuer must be known before they listen. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const starts = {
  async '@mongodb-js/oidc-mock-provider'() {
    const { OIDCMockProvider } = await import('@mongodb-js/oidc-mock-provider');
    const getTokenPayload = () => ({ expires_in: 3600, payload: { sub: 'alice', aud: 'api' } });
    const { issuer } = await OIDCMockProvider.create({ getTokenPayload, hostname: host });
    ready(issuer);
  },
  async '@hellocoop/mockin'() {
    const port = await freePort();
    process.env.PORT = String(port);
    const [{ default: fastify }, { default: api }] = await Promise.all([import('fastify'), import('@hellocoop/mockin/src/api.js')]);
    const app = fastify({ logger: { level: 'error' } });
    api(app);
    ready(await app.listen({ port, host }));
  },
  async 'oauth2-mock-server'() {
    const { OAuth2Server } = await import('oauth2-mock-server');
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, host);
    ready(`http://${host}:${server.address().port}`);
  },
  async 'oidc-provider'() {
    const { Provider } = await import('oidc-provider');
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const port = await freePort();
    const url = `http://${host}:${port}`;
    const api = 'urn:api';
    const provider = new Provider(url, {
      clients: [
        {
          client_id: clientId,
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'none',
          application_type: 'native',
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
        },
      ],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
      cookies: { keys: ['bench'] },
      claims: { openid: ['sub'], email: ['email'] },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId, email: 'alice@example.com' }) }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      // Consent is given beforehand, as elsewhere.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid email offline_access');
        grant.addResourceScope(api, 'read');
        await grant.save();
        return grant;
      },
      features: {
        devInteractions: { enabled: false },
        // A signed access token, as all others give.
        resourceIndicators: {
          enabled: true,
          defaultResource: () => api,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({ scope: 'read', audience: api, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
        },
      },
    });
    provider.use(async (context, next) => {
      if (!context.path.startsWith('/interaction/')) return next();
      await provider.interactionFinished(context.req, context.res, { login: { accountId: 'alice' }, consent: {} });
      context.respond = false;
    });
    provider.listen(port, host, () => ready(url));
  },
};

await starts[process.argv[2]]();
process.on('SIGTERM', () => process.exit(0));
