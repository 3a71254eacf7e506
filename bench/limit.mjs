// The limit: a bare Fastify handler that signs two RS256 tokens (or one) and does nothing else.
import { generateKeyPairSync } from 'node:crypto';
import fastify from 'fastify';
import { CompactSign } from 'jose';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = {
  client_id: 'a0000000-0000-4000-8000-000000000002',
  iss: 'http://127.0.0.1/e0000000-0000-4000-8000-000000000001/as',
  jti: '4709cafe-c9fa-46b3-be36-e67b6a1c50d4',
  iat: 1_795_000_000,
  exp: 1_795_003_600,
  aud: ['https://api.pingone.com'],
  scope: 'openid profile email',
  sub: 'b0000000-0000-4000-8000-000000000001',
  sid: '098adcb2-ca75-4293-b2e6-246c7f5c4303',
};
const sign = () =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader({ alg: 'RS256', kid: 'default' }).sign(key);
const key = await crypto.subtle.importKey(
  'pkcs8',
  privateKey.export({ format: 'der', type: 'pkcs8' }),
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  false,
  ['sign'],
);
const document = JSON.stringify({ issuer: claims.iss, filler: 'x'.repeat(2500) });

const app = fastify();
app.get('/two', async () => ({ access_token: await sign(), id_token: await sign() }));
app.get('/one', async () => ({ access_token: await sign() }));
app.get('/text', (_request, reply) => reply.header('content-type', 'application/json').send(document));
const url = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ event: 'ready', url }));
process.on('SIGTERM', () => process.exit(0));
