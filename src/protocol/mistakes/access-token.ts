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
  /** The Authorization header, if no token could be read from it. */
  readonly authorization?: string | undefined;
  /** The query has a parameter access_token. */
  readonly inQuery?: boolean | undefined;
  /** The token is valid, and does not give access to this. */
  readonly valid?: boolean | undefined;
  /** What the server found, in case nothing better is known. */
  readonly reason: string;
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const exact = { confidence: 'exact' } as const;

/** Why an access token was refused. */
export function diagnoseAccessToken(question: TokenQuestion): Diagnosis {
  const { token, environment, others, knownKids, nowSeconds, reason, authorization, inQuery, valid } = question;
  if (token === undefined && inQuery)
    return {
      code: 'token_in_query',
      title: 'The access token was sent in the query of the URL',
      why: 'A URL ends up in logs and in the history of the browser, so PingOne does not read a token there (RFC 9700 §4.3.2).',
      fix: 'Send it as Authorization: Bearer ….',
      ...exact,
    };
  if (token === undefined && authorization !== undefined)
    return {
      code: 'token_scheme',
      title: `The Authorization header does not begin with Bearer, but with ${JSON.stringify(authorization.split(' ', 1)[0]?.slice(0, 20))}`,
      why: 'The scheme before the token must be Bearer; under any other one the token is not read (RFC 6750 §2.1).',
      fix: 'Send Authorization: Bearer, a space and the access_token of the token response.',
      ...exact,
    };
  if (token === undefined)
    return {
      code: 'token_missing',
      title: 'No access token was sent',
      why: 'The request has no readable Authorization: Bearer header.',
      fix: 'Send Authorization: Bearer and the access_token of the token response.',
      ...exact,
    };
  if (token === null)
    return {
      code: 'token_unreadable',
      title: 'The access token is not a JWT',
      why: 'PingOne’s access tokens are three base64url parts separated by dots. A refresh token is not, nor is the text "undefined".',
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
      why: `Its claim env is ${env}, but the request went to ${environment.name} (${environment.id}).`,
      fix: 'Use a token and an endpoint of the same issuer.',
      ...exact,
    };
  }
  if (typeof claims.client_id !== 'string' && typeof claims.aud === 'string')
    return {
      code: 'id_token_as_access_token',
      title: 'An ID token was sent as the access token',
      why: 'An ID token has the application as its audience and no client_id: it tells the application who signed on, but gives access to nothing.',
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
  if (valid) return diagnoseLackOfAccess(claims);
  return {
    code: 'token_refused',
    title: `The access token was refused: ${reason.replaceAll('_', ' ')}`,
    why: `Its environment, kind, times and key are all right. It may have been revoked, or altered on the way. Its scopes: ${textOf(claims.scope)}.`,
    fix: 'Get a new token, and send it unchanged.',
    confidence: 'possible',
  };
}

/** Why a valid token does not give access to the claims of a user. */
function diagnoseLackOfAccess({ sid, scope }: PresentedToken['claims']): Diagnosis {
  if (sid === undefined)
    return {
      code: 'token_of_application',
      title: 'The access token belongs to an application, not to a user',
      why: 'It was issued for the application itself (client_credentials, as the token of a worker), so there is no user whose claims it could return.',
      fix: 'Sign a user on (response_type=code, authorization code) and send the access token of that sign-on. A worker reads users from the management API.',
      ...exact,
    };
  if (typeof scope !== 'string' || !scope.split(' ').includes('openid'))
    return {
      code: 'token_without_openid',
      title: 'The access token lacks the scope openid',
      why: `Its scopes are ${textOf(scope)}. Without openid it is a token of OAuth only, and gives no access to user information.`,
      fix: 'Request scope=openid at the authorization endpoint, along with the others.',
      ...exact,
    };
  return {
    code: 'token_user_gone',
    title: 'The user of the access token no longer exists, or is disabled',
    why: 'The token itself is valid.',
    fix: 'Sign the user on again, or enable the user; in tests a reset may have removed them.',
    ...exact,
  };
}
