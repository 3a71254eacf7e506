// An API that takes access tokens of PingOne and verifies them itself, with Fastify and jose.
import Fastify from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const {
  OIDC_ISSUER = 'http://localhost:9400/e0000000-0000-4000-8000-000000000001/as',
  AUDIENCE = 'https://orders.example.com',
  PORT = '3001',
} = process.env;

const keys = createRemoteJWKSet(new URL(`${OIDC_ISSUER}/jwks`));
const app = Fastify();

/** Lets a request pass that brings a token with this scope. */
const needs = (scope) => async (request, reply) => {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'no access token' });
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: OIDC_ISSUER, audience: AUDIENCE, algorithms: ['RS256'] });
    request.client = payload.client_id;
    if (
      String(payload.scope ?? '')
        .split(' ')
        .includes(scope)
    )
      return undefined;
    return reply
      .code(403)
      .header('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`)
      .send({ error: `needs the scope ${scope}` });
  } catch (error) {
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer error="invalid_token"')
      .send({ error: error.code ?? error.message });
  }
};

app.get('/orders', { preHandler: needs('orders:read') }, async (request) => ({ for: request.client, orders: [{ id: 1, item: 'a book' }] }));

console.log(`listening on ${await app.listen({ port: Number(PORT), host: '127.0.0.1' })}`);
