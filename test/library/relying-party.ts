import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Basic, type Check, type Does, Refused, require } from './relying-party/checks.js';
import { discover, type Registration } from './relying-party/provider.js';
import { createTokenClient, type Pending, type Tokens } from './relying-party/tokens.js';

export { type Basic, type Check, checks } from './relying-party/checks.js';

interface Session {
  pending?: Pending | undefined;
  user?: string | undefined;
  tokens?: Tokens | undefined;
  refreshing?: Promise<void> | undefined;
}

type At = Pick<Registration, 'issuer' | 'clientId'>;

interface Client extends At {
  /** The checks that it leaves out. */
  readonly without?: Check | Basic | readonly Check[] | undefined;
  /** A second provider, for people who begin at /login?provider=2. */
  readonly second?: At | undefined;
  /** Asks for an ID token beside the code, in a form that is posted. */
  readonly hybrid?: boolean | undefined;
  /** The sign-on policy that it asks for. */
  readonly acr?: string | undefined;
  /** The session cookie is set where a sign-on begins, and never again. */
  readonly early?: boolean | undefined;
  /** Another cookie, which is set once a person is signed on. */
  readonly beside?: string | undefined;
  /** What people get when it crashes: 500, or what a proxy before it answers. */
  readonly crashStatus?: number | undefined;
  /** Every sign-on ends at a public page, whether it succeeded or not; only one that the person refused is an error. */
  readonly home?: boolean | undefined;
  /** A callback with a wrong state begins a new sign-on. */
  readonly again?: boolean | undefined;
  /** A person who is signed on is sent home where others begin to sign on. */
  readonly stays?: boolean | undefined;
  /** A failure gives a browser without a session one, to keep its message in. */
  readonly flash?: boolean | undefined;
  /** What becomes of a foreign address to return to: a sign-on by default, a refusal to begin, or a redirect to it before any sign-on. */
  readonly foreignReturn?: 'refused' | 'at once' | undefined;
  /** The certificate with which it is served. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

const text = () => randomBytes(32).toString('base64url');
const maxAge = 3600;

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

/** A small relying party, with all that a client must do; some of its checks may be left out, to see who notices. */
export async function startRelyingParty(t: { teardown(end: () => unknown): unknown }, client: Client) {
  const { without = [], second, hybrid, acr, home, again, stays, flash, early, beside, crashStatus, foreignReturn, tls } = client;
  const missing: readonly (Check | Basic)[] = [without].flat();
  const does: Does = (check) => !missing.includes(check);
  const sessions = new Map<string, Session>();
  const sent = new Map<string, Pending>();
  const fixed = { state: text(), verifier: text(), nonce: text() };
  const tokenClient = createTokenClient(does);

  const cookieOf = (id: string) =>
    `sid=${id}; Path=/${does('HttpOnly') ? '; HttpOnly' : ''}${does('SameSite') ? '; SameSite=Lax' : ''}${tls && does('Secure') ? '; Secure' : ''}`;
  const escaped = (raw: string) => (does('escape') ? raw.replaceAll('<', '&lt;') : raw);
  /** Where a provider answers: each has an address of its own. */
  const redirectUri = (isSecond: boolean) => `${origin}/callback${isSecond && does('redirect URI of each provider') ? '/2' : ''}`;

  function newVerifier(): string {
    if (!does('verifier long enough')) return text().slice(0, 20);
    if (!does('pkce fresh')) return fixed.verifier;
    return does('verifier random') ? text() : `abcdefghijklmnopqrstuvwxyz0123456789${text().slice(0, 8)}`;
  }

  async function login(url: URL, id: string, session: Session, response: ServerResponse) {
    const isSecond = second !== undefined && url.searchParams.get('provider') === '2';
    const provider = await discover({ ...(isSecond ? second : client), redirectUri: redirectUri(isSecond) }, does);
    const given = url.searchParams.get('returnTo') ?? (home ? '/' : '/profile');
    const isForeign = given !== '/' && !/^\/[^/\\]/.test(given);
    require(!isForeign || foreignReturn !== 'refused', 'an address of another site');
    if (isForeign && foreignReturn === 'at once') return void response.writeHead(302, { location: given }).end();
    const returnTo = does('own way back') && isForeign ? '/profile' : given;
    const state = !does('state sent') ? '' : does('state fresh') ? text() : fixed.state;
    const pending: Pending = {
      state,
      verifier: newVerifier(),
      nonce: does('nonce fresh') ? text() : fixed.nonce,
      returnTo,
      provider,
      maxAge,
      acr,
    };
    session.pending = pending;
    sent.set(state, pending);
    const { verifier, nonce } = pending;
    const challenge = does('pkce S256') ? createHash('sha256').update(verifier).digest('base64url') : verifier;
    const query = new URLSearchParams({
      response_type: hybrid ? 'code id_token' : 'code',
      ...(hybrid && { response_mode: 'form_post' }),
      client_id: provider.clientId,
      redirect_uri: provider.redirectUri,
      scope: 'openid profile',
      ...(state !== '' && { state }),
      nonce,
      max_age: String(maxAge),
      ...(acr !== undefined && { acr_values: acr }),
      ...(does('pkce') && { code_challenge: challenge, code_challenge_method: does('pkce S256') ? 'S256' : 'plain' }),
    });
    response.writeHead(302, { location: `${provider.authorizeUrl}?${query}`, 'set-cookie': cookieOf(id) }).end();
  }

  async function callback(url: URL, answer: URLSearchParams, id: string, session: Session, response: ServerResponse) {
    const state = answer.get('state') ?? '';
    const own = session.pending;
    require(own !== undefined || !does('sign-on of this browser'), 'no sign-on under way');
    const known = does('state bound to the browser') ? own?.state === state : sent.has(state);
    if (does('state') && own !== undefined) require(known || (!answer.has('state') && !does('state required')), 'state');
    const pending = own ?? sent.get(state);
    if (!pending) throw new Refused('nothing is known of this sign-on');
    if (does('sign-on used once')) {
      session.pending = undefined;
      sent.delete(state);
    }
    const { provider } = pending;
    require(new URL(provider.redirectUri).pathname === url.pathname, 'the redirect URI of another provider');
    if (does('iss of the response')) require((answer.get('iss') ?? provider.issuer) === provider.issuer, 'iss');
    const error = answer.get('error');
    if (error !== null) throw new Refused(`${error}: ${answer.get('error_description')}`);
    const code = answer.get('code') ?? '';
    if (hybrid) await tokenClient.readIdToken(answer.get('id_token') ?? '', provider, { ...pending, code });
    const { claims, name, kept } = await tokenClient.redeem(code, pending);
    const next = does('new session') && !early ? text() : id;
    sessions.set(next, { ...session, user: `${name} ${String(claims.sub)}`, tokens: kept });
    const shown = new URLSearchParams({
      ...(!does('no token in addresses') && { token: kept.idToken }),
      ...(!does('verifier out of addresses') && { v: pending.verifier }),
    });
    const location = shown.size === 0 ? pending.returnTo : `${pending.returnTo}?${shown}`;
    const cookies = [...(early ? [] : [cookieOf(next)]), ...(beside === undefined ? [] : [beside])];
    response.writeHead(302, { location, 'set-cookie': cookies }).end();
  }

  function logout(id: string, session: Session, response: ServerResponse) {
    const { tokens } = session;
    const hint = does('hint') ? `?id_token_hint=${tokens?.idToken}` : '';
    if (does('session ends') && does('session ends on the server')) sessions.delete(id);
    const cookie = does('session ends') ? { 'set-cookie': `sid=; Path=${does('path of the cookie') ? '/' : '/logout'}; Max-Age=0` } : {};
    response.writeHead(302, { location: `${tokens?.provider.signOffUrl}${hint}`, ...cookie }).end();
  }

  async function profile(session: Session, response: ServerResponse) {
    if (session.tokens) {
      const under = does('one refresh at a time') ? session.refreshing : undefined;
      session.refreshing = under ?? tokenClient.refresh(session.tokens);
      await session.refreshing.then(
        () => undefined,
        () => {
          session.user = undefined;
        },
      );
      session.refreshing = undefined;
    }
    require(session.user !== undefined, 'not signed on');
    const headers = { 'content-type': 'text/html', ...(does('no-store') && { 'cache-control': 'no-store' }) };
    response.writeHead(200, headers).end(`<title>Profile</title>Hello ${session.user} <a href="/logout">Sign off</a>`);
  }

  function showHome({ user }: Session, response: ServerResponse) {
    const greeting = user === undefined ? '<a href="/login">Sign on</a>' : `Hello ${user} <a href="/logout">Sign off</a>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>Shop</title>Welcome to the shop. ${greeting}`);
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', origin);
    const given = /sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const id = given ?? text();
    const session = sessions.get(id) ?? {};
    sessions.set(id, session);
    try {
      if (url.pathname === '/login' && stays && session.user !== undefined) return void response.writeHead(302, { location: '/' }).end();
      if (url.pathname === '/login') return await login(url, id, session, response);
      if (url.pathname === '/logout') return logout(id, session, response);
      const answer = request.method === 'POST' ? await bodyOf(request) : url.searchParams;
      if (url.pathname.startsWith('/callback')) return await callback(url, answer, id, session, response);
      if (url.pathname === '/' && home) return showHome(session, response);
      if (!does('keeps the session')) return await login(url, id, session, response);
      return await profile(session, response);
    } catch (error) {
      if (home && url.searchParams.get('error') !== 'access_denied') {
        const cookie = flash && given === undefined ? { 'set-cookie': cookieOf(id) } : {};
        return void response.writeHead(302, { location: '/', ...cookie }).end();
      }
      if (again && (error as Error).message === 'state') return void response.writeHead(302, { location: '/login' }).end();
      const isCaught = error instanceof Refused || (does('catch') && !(error instanceof RangeError));
      response.writeHead(isCaught ? 400 : (crashStatus ?? 500), { 'content-type': 'text/html' });
      response.end(`<title>Failed</title>${escaped((error as Error).message)}`);
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => {
    server.closeAllConnections();
    return server.close();
  });
  return {
    start: `${origin}/login`,
    secondStart: `${origin}/login?provider=2`,
    callback: redirectUri(false),
    secondCallback: redirectUri(true),
    server,
  };
}
