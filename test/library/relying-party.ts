import { createHash, createHmac, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { membersOf, parseOwn } from '../../src/lib/unknown.js';

/** Everything that the relying party does right. Each may be left out. */
export const checks = [
  'state',
  'state bound to the browser',
  'state fresh',
  'sign-on of this browser',
  'pkce',
  'pkce S256',
  'pkce fresh',
  'escape',
  'new session',
  'HttpOnly',
  'SameSite',
  'own way back',
  'no token in addresses',
  'signature',
  'known key',
  'asymmetric algorithm',
  'key of the issuer',
  'fresh keys',
  'iss',
  'aud',
  'azp',
  'exp',
  'exp required',
  'iat required',
  'nbf',
  'leeway',
  'sub',
  'nonce',
  'sub of userinfo',
  'token_type',
  'access_token',
  'optional expires_in',
  'patience',
  'catch',
] as const;
export type Check = (typeof checks)[number];

interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

interface Session {
  pending?: Pending | undefined;
  user?: string;
}

interface Client {
  readonly issuer: string;
  readonly clientId: string;
  readonly without?: Check | undefined;
}

const text = () => randomBytes(32).toString('base64url');
const part = (token: string, at: number) =>
  parseOwn<Record<string, unknown>>(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString());

class Refused extends Error {}
const require = (holds: boolean, why: string): void => {
  if (!holds) throw new Refused(why);
};

/** A small relying party, with all that a client must do; one of its checks may be left out, to see who notices. */
export async function startRelyingParty(t: { teardown(end: () => unknown): unknown }, { issuer, clientId, without }: Client) {
  const does = (check: Check) => check !== without;
  const sessions = new Map<string, Session>();
  const sent = new Map<string, Pending>();
  const fixed = { state: text(), verifier: text() };
  let keys: JsonWebKey[] | undefined;

  const fetchKeys = async () => {
    const { keys: got } = membersOf(await (await fetch(`${issuer}/jwks`)).json());
    keys = Array.isArray(got) ? got : [];
    return keys;
  };
  async function keysFor(header: Record<string, unknown>): Promise<JsonWebKey[]> {
    if (header.jwk !== undefined && !does('key of the issuer')) return [header.jwk as JsonWebKey];
    const named = (all: JsonWebKey[]) => all.filter(({ kid }) => kid === header.kid);
    const before = named(keys ?? (await fetchKeys()));
    const found = before.length > 0 || !does('fresh keys') ? before : named(await fetchKeys());
    if (found.length > 0) return found;
    require(!does('known key'), 'unknown key');
    return keys ?? [];
  }
  function isSigned(token: string, key: JsonWebKey, alg: unknown): boolean {
    const at = token.lastIndexOf('.');
    const [data, signature] = [token.slice(0, at), Buffer.from(token.slice(at + 1), 'base64url')];
    const publicKey = createPublicKey({ key, format: 'jwk' });
    if (alg === 'HS256')
      return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
        .update(data)
        .digest()
        .equals(signature);
    return verify('sha256', Buffer.from(data), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  }
  async function readIdToken(token: string, nonce: string): Promise<Record<string, unknown>> {
    const [header, claims] = [part(token, 0), part(token, 1)];
    if (does('asymmetric algorithm')) require(/^(RS|ES)256$/.test(String(header.alg)), 'algorithm');
    if (header.alg !== 'none') {
      const candidates = await keysFor(header);
      if (does('signature')) require(candidates.some((key) => isSigned(token, key, header.alg)), 'signature');
    }
    const [now, leeway] = [Date.now() / 1000, does('leeway') ? 120 : 0];
    const { iss, aud, azp, exp, iat, nbf, sub } = claims;
    if (does('iss')) require(iss === issuer, 'iss');
    if (does('aud')) require([aud].flat().includes(clientId), 'aud');
    if (does('azp')) require(azp === undefined || azp === clientId, 'azp');
    if (does('exp required')) require(typeof exp === 'number', 'exp');
    if (does('exp') && typeof exp === 'number') require(exp > now - leeway, 'exp');
    if (does('iat required')) require(typeof iat === 'number', 'iat');
    if (typeof iat === 'number') require(iat < now + leeway + 5, 'iat');
    if (does('nbf')) require(nbf === undefined || Number(nbf) < now + leeway, 'nbf');
    if (does('sub')) require(typeof sub === 'string', 'sub');
    if (does('nonce')) require(claims.nonce === nonce, 'nonce');
    return claims;
  }

  async function redeem(code: string, { verifier, nonce }: Pending) {
    const form = { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: `${origin}/callback` };
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, ...(does('pkce') && { code_verifier: verifier }) }),
      signal: AbortSignal.timeout(does('patience') ? 10_000 : 1000),
    });
    require(response.ok, 'token');
    const tokens = membersOf(await response.json());
    if (does('token_type')) require(String(tokens.token_type).toLowerCase() === 'bearer', 'token_type');
    if (does('access_token')) require(typeof tokens.access_token === 'string', 'access_token');
    if (!does('optional expires_in')) require(typeof tokens.expires_in === 'number', 'expires_in');
    const claims = await readIdToken(String(tokens.id_token), nonce);
    if (tokens.access_token === undefined) return { claims, name: 'alice', idToken: tokens.id_token };
    const answer = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${String(tokens.access_token)}` } });
    const userinfo = membersOf(await answer.json());
    if (does('sub of userinfo')) require(userinfo.sub === claims.sub || claims.sub === undefined, 'userinfo');
    return { claims, name: String(userinfo.preferred_username), idToken: tokens.id_token };
  }

  const setCookie = (id: string) => `sid=${id}; Path=/${does('HttpOnly') ? '; HttpOnly' : ''}${does('SameSite') ? '; SameSite=Lax' : ''}`;
  const escaped = (raw: string) => (does('escape') ? raw.replaceAll('<', '&lt;') : raw);

  function login(url: URL, id: string, session: Session, response: ServerResponse) {
    const made = { state: does('state fresh') ? text() : fixed.state, verifier: does('pkce fresh') ? text() : fixed.verifier };
    const given = url.searchParams.get('returnTo') ?? '/profile';
    const returnTo = does('own way back') && !/^\/[^/\\]/.test(given) ? '/profile' : given;
    const pending: Pending = { ...made, nonce: text(), returnTo };
    session.pending = pending;
    sent.set(made.state, pending);
    const challenge = does('pkce S256') ? createHash('sha256').update(made.verifier).digest('base64url') : made.verifier;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `${origin}/callback`,
      scope: 'openid profile',
      state: made.state,
      nonce: pending.nonce,
      ...(does('pkce') && { code_challenge: challenge, code_challenge_method: does('pkce S256') ? 'S256' : 'plain' }),
    });
    response.writeHead(302, { location: `${issuer}/authorize?${query}`, 'set-cookie': setCookie(id) }).end();
  }

  async function callback(url: URL, id: string, session: Session, response: ServerResponse) {
    const state = url.searchParams.get('state') ?? '';
    const own = session.pending;
    require(own !== undefined || !does('sign-on of this browser'), 'no sign-on under way');
    const known = does('state bound to the browser') ? own?.state === state : sent.has(state);
    if (does('state') && own !== undefined) require(known, 'state');
    const pending = own ?? sent.get(state);
    if (!pending) throw new Refused('nothing is known of this sign-on');
    session.pending = undefined;
    require((url.searchParams.get('iss') ?? issuer) === issuer, 'iss');
    const error = url.searchParams.get('error');
    if (error !== null) throw new Refused(`${error}: ${url.searchParams.get('error_description')}`);
    const { claims, name, idToken } = await redeem(url.searchParams.get('code') ?? '', pending);
    const next = does('new session') ? text() : id;
    sessions.set(next, { user: `${name} ${String(claims.sub)}` });
    const location = does('no token in addresses') ? pending.returnTo : `${pending.returnTo}?token=${String(idToken)}`;
    response.writeHead(302, { location, 'set-cookie': setCookie(next) }).end();
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', origin);
    const given = /sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const id = given ?? text();
    const session = sessions.get(id) ?? {};
    sessions.set(id, session);
    try {
      if (url.pathname === '/login') return login(url, id, session, response);
      if (url.pathname === '/callback') return await callback(url, id, session, response);
      require(session.user !== undefined, 'not signed on');
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>Profile</title>Hello ${session.user}`);
    } catch (error) {
      const status = error instanceof Refused || does('catch') ? 400 : 500;
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<title>Failed</title>${escaped((error as Error).message)}`);
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => {
    server.closeAllConnections();
    return server.close();
  });
  return { start: `${origin}/login`, callback: `${origin}/callback`, server };
}
