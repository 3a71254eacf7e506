import t from 'tap';
import { launchReady } from '../package/command.js';
import { control, startExample } from './application.js';

const audience = 'https://orders.example.com';

t.test('the Fastify API accepts valid tokens and refuses all others', async (t) => {
  const { ready } = await launchReady(t);
  const origin = await startExample(t, 'fastify-api/server.js', ready);
  const ask = async (token?: string) => {
    const response = await fetch(`${origin}/orders`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const mint = async (wanted: object): Promise<string> =>
    (await control(ready, '/environments/default/tokens', { sub: 'alice', audience, scope: 'orders:read', ...wanted }))
      .access_token as string;

  const granted = await fetch(`${ready.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'a0000000-0000-4000-8000-000000000005',
      client_secret: 'service-secret',
    }),
  });
  const { access_token: real } = (await granted.json()) as { access_token: string };
  t.match(await ask(real), { status: 200, body: { for: 'a0000000-0000-4000-8000-000000000005', orders: [{ id: 1 }] } });
  t.match(await ask(await mint({})), { status: 200 });

  t.match(await ask(), { status: 401 });
  t.match(await ask('nonsense'), { status: 401 });
  t.match(await ask(await mint({ scope: 'orders:write' })), { status: 403, body: { error: 'needs the scope orders:read' } });
  t.match(await ask(await mint({ audience: 'https://other.example.com' })), {
    status: 401,
    body: { error: 'ERR_JWT_CLAIM_VALIDATION_FAILED' },
  });
  const kinds = {
    expired: 'ERR_JWT_EXPIRED',
    'not-yet-valid': 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    signature: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    kid: 'ERR_JWKS_NO_MATCHING_KEY',
    issuer: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    audience: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    'alg-none': 'ERR_JOSE_ALG_NOT_ALLOWED',
    hs256: 'ERR_JOSE_ALG_NOT_ALLOWED',
    'embedded-key': 'ERR_JWKS_NO_MATCHING_KEY',
    'key-url': 'ERR_JWKS_NO_MATCHING_KEY',
  };
  for (const [invalid, error] of Object.entries(kinds))
    t.match(await ask(await mint({ invalid })), { status: 401, body: { error } }, invalid);
});
