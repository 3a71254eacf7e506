import { textOf } from '../../lib/text-of.js';
import type { Named } from './client.js';
import type { Diagnosis } from './diagnosis.js';
import { diagnoseTimes } from './times.js';

/** A refused access token, decoded; nothing in it is verified. */
export interface PresentedToken {
  readonly header: { readonly alg?: unknown; readonly kid?: unknown };
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface TokenQuestion {
  /** Undefined if none was sent, null if it is not a JWT. */
  readonly token: PresentedToken | null | undefined;
  readonly environment: Named;
  readonly others: readonly Named[];
  readonly knownKids: readonly string[];
  readonly nowSeconds: number;
  /** What the server found, in case nothing better is known. */
  readonly reason: string;
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const exact = { confidence: 'exact' } as const;

/** Why an access token was refused. */
export function diagnoseAccessToken({ token, environment, others, knownKids, nowSeconds, reason }: TokenQuestion): Diagnosis {
  if (token === undefined)
    return {
      code: 'token_missing',
      title: 'No access token was sent',
      why: 'The request has no readable header Authorization: Bearer.',
      fix: 'Send Authorization: Bearer and the access_token of the token response.',
      ...exact,
    };
  if (token === null)
    return {
      code: 'token_unreadable',
      title: 'The access token is not a JWT',
      why: 'PingOne’s access tokens are three base64url parts separated by dots. A refresh token is not, and a text "undefined" is not.',
      fix: 'Send the access_token of the token response.',
      ...exact,
    };
  const { header, claims } = token;
  const { env, iat, nbf, exp } = claims;
  if (typeof env === 'string' && env !== environment.id) {
    const other = others.find(({ id }) => id === env);
    return {
      code: 'token_of_other_environment',
      title: `The access token is from another environment: ${other?.name ?? env}`,
      why: `Its claim env is ${env}, and the request went to ${environment.name} (${environment.id}).`,
      fix: 'Use a token and an endpoint of the same issuer.',
      ...exact,
    };
  }
  if (typeof claims.client_id !== 'string' && typeof claims.aud === 'string')
    return {
      code: 'id_token_as_access_token',
      title: 'An ID token was sent as the access token',
      why: 'It has the application as its audience and no client_id: it tells the application who signed on, but gives access to nothing.',
      fix: 'Send access_token, not id_token.',
      ...exact,
    };
  const times = diagnoseTimes('The access token', { iat: number(iat), nbf: number(nbf), exp: number(exp) }, nowSeconds);
  if (times) return times;
  if (!(typeof header.kid === 'string' && knownKids.includes(header.kid)))
    return {
      code: 'token_key_unknown',
      title: `The access token is signed by a key that this environment does not have: ${textOf(header.kid)}`,
      why: 'It comes from another server, or from before a restart of the mock, which makes new keys each time, except for the one called default.',
      fix: 'Get a new token; if tokens must survive a restart, give the mock fixed keys with PINGONE_MOCK_KEY_FILE.',
      ...exact,
    };
  return {
    code: 'token_refused',
    title: `The access token was refused: ${reason.replaceAll('_', ' ')}`,
    why: `Scopes of the token: ${textOf(claims.scope)}. A token may be revoked, changed, or lack the scope openid.`,
    fix: 'Compare the reason with the scopes and the life of the token.',
    confidence: 'possible',
  };
}
