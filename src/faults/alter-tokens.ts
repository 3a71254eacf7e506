import type { Environment } from '../environment/context.js';
import type { HookedRequest, TokenDraft } from '../environment/faults/hooks.js';
import type { TokenKind, WrongToken } from '../environment/faults/registry.js';
import { parseOwn } from '../lib/unknown.js';
import { halfHash } from '../protocol/jwt.js';
import { forgeToken, signParts, type TokenParts, takeApart } from './forge-token.js';

interface Alteration {
  readonly request: () => HookedRequest;
  readonly wrongToken?: WrongToken | undefined;
  /** The only token that is made wrong. */
  readonly wrongOnly?: TokenKind | undefined;
}

/** Tokens as they occur in JSON, in a redirect, and in a page that posts itself. */
const tokenForm = /\b(access_token|id_token)(?:"\s*:\s*"|=|" value=")(eyJ[\w-]+\.[\w-]+\.[\w-]*)/g;

const draftOf = (parts: TokenParts | undefined): TokenDraft => ({ issued: parts !== undefined, ...(parts ?? { header: {}, payload: {} }) });

const same = (one: TokenParts, other: string): boolean => JSON.stringify(one) === other;

/**
 * Changes the tokens of an answer as hooks and faults demand. Both apply once an answer, to all of its tokens together. A
 * token is signed again only if it was changed.
 */
export async function alterTokens(environment: Environment, text: string, { request, wrongToken, wrongOnly }: Alteration): Promise<string> {
  const { hooks } = environment;
  const hooked = hooks.active && hooks.has('token.before-sign');
  if (wrongToken === undefined && !hooked) return text;
  const found = new Map<TokenKind, string>();
  for (const [, kind, token] of text.matchAll(tokenForm)) found.set(kind as TokenKind, token as string);
  if (found.size === 0) return text;

  const partsOf = (kind: TokenKind) => (found.has(kind) ? takeApart(found.get(kind) as string) : undefined);
  const [accessToken, idToken] = [draftOf(partsOf('access_token')), draftOf(partsOf('id_token'))];
  const before = { access_token: JSON.stringify(accessToken), id_token: JSON.stringify(idToken) };
  if (hooked) await hooks.run('token.before-sign', { accessToken, idToken, request: request() });

  const sign = async (kind: TokenKind, draft: TokenDraft): Promise<string | undefined> => {
    const { issued, header, payload } = draft;
    const wrong = wrongOnly === undefined || wrongOnly === kind ? wrongToken : undefined;
    if (!issued || (wrong === undefined && same(draft, before[kind]))) return found.get(kind);
    return wrong === undefined ? signParts(environment, { header, payload }) : forgeToken(environment, { header, payload }, wrong);
  };
  const newAccessToken = await sign('access_token', accessToken);
  // The hash of the access token that is sent, unless a hook set another one.
  const hash = parseOwn<TokenDraft>(before.id_token).payload.at_hash;
  if (newAccessToken !== undefined && hash !== undefined && idToken.payload.at_hash === hash)
    idToken.payload.at_hash = halfHash(newAccessToken);
  const signed: Record<TokenKind, string | undefined> = { access_token: newAccessToken, id_token: await sign('id_token', idToken) };
  return text.replace(tokenForm, (whole: string, kind: TokenKind, token: string) => whole.replace(token, signed[kind] ?? token));
}
