// The limit: bare Fastify with the headers, cookies, claims, tokens and sizes that the mock sends. Signatures are made on the thread
// pool, values are random, the verifier is hashed. Nothing is judged, and nothing is kept beyond codes and refresh tokens.
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import fastify from 'fastify';

const environment = 'e0000000-0000-4000-8000-000000000001';
const organization = 'e0000000-0000-4000-8000-000000000002';
const user = 'b0000000-0000-4000-8000-000000000001';
const day = 86_400;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const head = Buffer.from(JSON.stringify({ kid: randomUUID(), alg: 'RS256' })).toString('base64url');

const makeJwt = (claims) => {
  const input = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), privateKey, (error, signature) => {
      if (error) reject(error);
      else resolve(`${input}.${signature.toString('base64url')}`);
    });
  });
};

const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  vary: 'Origin',
};

const codes = new Map();
const refreshTokens = new Map();
const kept = new Map();

const app = fastify({ logger: false, forceCloseConnections: true });
app.addHook('onRequest', (_request, reply, done) => {
  reply.headers(everyAnswer).header('correlation-id', randomUUID());
  done();
});
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(body))),
);
const send = (reply, text) => reply.header('content-type', 'application/json').send(text);

const accessTokenOf = ({ client_id, scope, sid }, now, issuer) =>
  makeJwt({
    client_id,
    iss: issuer,
    jti: randomUUID(),
    iat: now,
    exp: now + 3600,
    aud: ['https://api.pingone.com'],
    scope,
    sub: user,
    sid,
    auth_time: now,
    acr: 'Single_Factor',
    env: environment,
    org: organization,
    'p1.rid': randomUUID(),
  });

async function tokensOf(asked, now, issuer) {
  const access_token = await accessTokenOf(asked, now, issuer);
  const id_token = await makeJwt({
    iss: issuer,
    sub: user,
    aud: asked.client_id,
    iat: now,
    exp: now + 3600,
    acr: 'Single_Factor',
    amr: ['pwd'],
    auth_time: now,
    at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
    nonce: asked.nonce,
    sid: asked.sid,
    env: environment,
    org: organization,
    'p1.region': 'NA',
  });
  const refresh_token = randomBytes(48).toString('base64url');
  refreshTokens.set(refresh_token, asked);
  return { access_token, token_type: 'Bearer', expires_in: 3600, refresh_token, scope: asked.scope, id_token };
}

const taken = (map, key) => {
  const value = map.get(key);
  map.delete(key);
  return value;
};

app.get(`/${environment}/as/authorize`, (request, reply) => {
  const { state, redirect_uri } = request.query;
  const [code, session] = [randomUUID(), randomUUID()];
  codes.set(code, { ...request.query, sid: randomUUID() });
  const expires = new Date(Date.now() + 30 * day * 1000).toUTCString();
  const attributes = `Path=/${environment}; Max-Age=${30 * day}; Expires=${expires}; HttpOnly; SameSite=Lax`;
  reply.header('set-cookie', [`ST=${session}; ${attributes}`, `ST-NO-SS=${session}; ${attributes}`]);
  return reply.redirect(`${redirect_uri}?code=${code}&state=${state}`);
});

app.post(`/${environment}/as/token`, async (request, reply) => {
  const { grant_type, code, code_verifier = '', refresh_token } = request.body;
  const now = Math.floor(Date.now() / 1000);
  if (grant_type === 'client_credentials') {
    const access_token = await accessTokenOf({}, now, issuer);
    return send(reply, JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 3600 }));
  }
  const asked = grant_type === 'refresh_token' ? taken(refreshTokens, refresh_token) : taken(codes, code);
  const isRight =
    grant_type === 'refresh_token' || createHash('sha256').update(code_verifier).digest('base64url') === asked?.code_challenge;
  if (!asked || !isRight) return reply.code(400).send({ error: 'invalid_grant' });
  return send(reply, JSON.stringify(await tokensOf(asked, now, issuer)));
});

// Any other answer of the mock: its bytes are kept, and sent whenever they are asked for. With `verify`, after one RSA verification.
app.put('/kept/:name', { bodyLimit: 10_000_000 }, (request, reply) => {
  kept.set(request.params.name, request.body);
  return reply.code(204).send();
});
const checked = Buffer.from(randomBytes(450).toString('base64url'));
const signature = sign('sha256', checked, privateKey);
const answerKept = (request, reply) => {
  const { status, type, text } = kept.get(request.params.name);
  if (request.query.verify && !verify('sha256', checked, publicKey, signature)) return reply.code(401).send();
  return reply.code(status).header('content-type', type).send(text);
};
app.get('/kept/:name', answerKept);
app.post('/kept/:name', answerKept);

const url = await app.listen({ port: 0, host: '127.0.0.1' });
const issuer = `${url}/${environment}/as`;
console.log(JSON.stringify({ event: 'ready', url, issuer }));
process.on('SIGTERM', () => process.exit(0));
