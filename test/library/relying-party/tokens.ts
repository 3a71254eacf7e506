import { membersOf } from '../../../src/lib/unknown.js';
import { type Does, Refused, require } from './checks.js';
import { createIdTokenReader, type Expected } from './id-token.js';
import type { Provider } from './provider.js';

/** A sign-on that has begun. */
export interface Pending extends Omit<Expected, 'accessToken' | 'code'> {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly provider: Provider;
}

/** What the relying party keeps of a person who is signed on. */
export interface Tokens {
  readonly provider: Provider;
  readonly idToken: string;
  refreshToken: unknown;
  expiresAt: number;
}

const largestAnswer = 1_000_000;

/** What the relying party asks of the token endpoint, and what it makes of the answer. */
export function createTokenClient(does: Does) {
  const readIdToken = createIdTokenReader(does);

  async function ask({ tokenUrl, clientId }: Provider, form: Record<string, string>, verifier?: string) {
    const given = does('verifier out of queries') || verifier === undefined ? '' : `?code_verifier=${verifier}`;
    const hasReferer = verifier !== undefined && !does('verifier out of Referer');
    const send = () =>
      fetch(`${tokenUrl}${given}`, {
        method: 'POST',
        ...(hasReferer && { headers: { referer: `http://localhost/callback?v=${verifier}` } }),
        body: new URLSearchParams({ ...form, client_id: clientId, ...(verifier !== undefined && { code_verifier: verifier }) }),
        signal: AbortSignal.timeout(does('patience') ? 10_000 : 1000),
      });
    let response = await send();
    if (response.status === 503 && !does('code sent once')) response = await send();
    require(response.ok, 'token');
    if (does('content type')) require(/\bjson\b/.test(response.headers.get('content-type') ?? ''), 'content type');
    const text = await response.text();
    // Stands for an application that runs out of memory.
    if (text.length > largestAnswer && !does('large answers')) throw new RangeError('too much');
    const tokens = membersOf(JSON.parse(text));
    if (does('token_type')) require(String(tokens.token_type).toLowerCase() === 'bearer', 'token_type');
    if (does('access_token')) require(typeof tokens.access_token === 'string', 'access_token');
    if (!does('optional expires_in')) require(typeof tokens.expires_in === 'number', 'expires_in');
    return tokens;
  }
  const lifetimeOf = (tokens: Readonly<Record<string, unknown>>) => Number(tokens.expires_in ?? 3600) * 1000;

  return {
    readIdToken,
    async redeem(code: string, pending: Pending) {
      const { provider, verifier } = pending;
      const form = { grant_type: 'authorization_code', code, redirect_uri: provider.redirectUri };
      const tokens = await ask(provider, form, does('pkce') ? verifier : undefined);
      const idToken = String(tokens.id_token);
      const claims = await readIdToken(idToken, provider, { ...pending, accessToken: tokens.access_token });
      const kept: Tokens = { provider, idToken, refreshToken: tokens.refresh_token, expiresAt: Date.now() + lifetimeOf(tokens) };
      if (tokens.access_token === undefined) return { claims, name: 'alice', kept };
      const answer = await fetch(provider.userinfoUrl, { headers: { authorization: `Bearer ${String(tokens.access_token)}` } });
      const userinfo = membersOf(await answer.json());
      if (does('sub of userinfo')) require(userinfo.sub === claims.sub || claims.sub === undefined, 'userinfo');
      return { claims, name: String(userinfo.preferred_username), kept };
    },
    /** Changes the tokens for new ones, once the old ones have nearly expired. */
    async refresh(tokens: Tokens): Promise<void> {
      const { provider, refreshToken, expiresAt } = tokens;
      if (typeof refreshToken !== 'string' || Date.now() < expiresAt - 5000) return;
      const got = await ask(provider, { grant_type: 'refresh_token', refresh_token: refreshToken }).catch((error: unknown) => {
        if (error instanceof Refused && !does('revoked means out')) return {};
        throw error;
      });
      if (does('newest refresh token')) tokens.refreshToken = membersOf(got).refresh_token ?? refreshToken;
      tokens.expiresAt = Date.now() + lifetimeOf(membersOf(got));
    },
  };
}
