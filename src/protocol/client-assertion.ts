/** A client that proves itself by a signed token (RFC 7523 §3, OpenID Connect Core §9; docs/fidelity.md, 5.2). */
import { type Check, check } from './check.js';
import { audienceNames, clientAlgorithms, isSignedByClient, type Jwt, timeClaim, type VerificationKeys } from './jwt.js';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An assertion as it came. */
export interface ClientAssertion {
  readonly text: string;
  /** `client_assertion_type`. */
  readonly type: string | undefined;
  /** Undefined where the text is no token. */
  readonly jwt: Jwt | undefined;
  /** The `client_id` beside it, which may be left out. */
  readonly namedClientId: string | undefined;
}

export interface AssertionPlace {
  readonly clientId: string;
  readonly issuer: string;
  readonly environmentId: string;
  /** The endpoint that is called, as `token` or `introspect`. */
  readonly endpoint: string;
  /** Seconds. */
  readonly now: number;
  readonly own: VerificationKeys;
  /** Why there is nothing to verify with, where that is so. */
  readonly problem?: string | undefined;
}

const longestSeconds = 3600;
/** The issuer itself, the token endpoint, or the endpoint that is called: what an audience may name. */
function namesUs(audience: unknown, { issuer, environmentId, endpoint }: AssertionPlace): boolean {
  const end = new RegExp(`/(token|${endpoint})$`);
  const names = (Array.isArray(audience) ? audience : [audience]).map((name) => (typeof name === 'string' ? name.replace(end, '') : name));
  return audienceNames(names, { issuer, environmentId });
}

const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value).slice(0, 200));

/** What an assertion says of itself; `iat` and `jti` are not looked at, so that PingOne takes one again and again. */
function checkClaims({ claims }: Jwt, namedClientId: string | undefined, place: AssertionPlace): Check[] {
  const { clientId, issuer, now } = place;
  const [exp, nbf] = [timeClaim(claims.exp), timeClaim(claims.nbf)];
  return [
    check('client_assertion_client', claims.iss === clientId && claims.sub === clientId && (namedClientId ?? clientId) === clientId, {
      expected: `iss and sub ${clientId}`,
      got: `iss ${shown(claims.iss)}, sub ${shown(claims.sub)}, client_id ${namedClientId ?? 'none'}`,
    }),
    check('client_assertion_audience', namesUs(claims.aud, place), {
      expected: `${issuer}, ${issuer}/token or ${issuer}/${place.endpoint}`,
      got: shown(claims.aud),
    }),
    check('client_assertion_expires', exp !== undefined && !Number.isNaN(exp), { expected: 'exp', got: shown(claims.exp) }),
    check('client_assertion_fresh', now < Number(exp), { expected: `exp after ${now}`, got: shown(claims.exp) }),
    check('client_assertion_horizon', Number(exp) <= now + longestSeconds, {
      expected: `exp at most ${longestSeconds} s ahead: ${now + longestSeconds}`,
      got: shown(claims.exp),
    }),
    check('client_assertion_not_before', nbf === undefined || nbf <= now, { expected: `nbf up to ${now}`, got: shown(claims.nbf) }),
  ];
}

/** Judges an assertion; stops at the first rule that fails. The method is known to be the client's already. */
export async function checkClientAssertion(assertion: ClientAssertion, place: AssertionPlace): Promise<Check[]> {
  const { text, type, jwt, namedClientId } = assertion;
  const readable: Check = check('client_assertion_readable', jwt !== undefined);
  if (!jwt) return [readable];
  const checks: Check[] = [
    readable,
    check('client_assertion_type', type === assertionType, { expected: assertionType, got: type ?? 'none' }),
    check('client_assertion_algorithm', clientAlgorithms.includes(jwt.alg), {
      expected: clientAlgorithms.join(', '),
      got: jwt.alg.slice(0, 40),
    }),
    ...checkClaims(jwt, namedClientId, place),
  ];
  const first = checks.findIndex(({ ok }) => !ok);
  if (first >= 0) return checks.slice(0, first + 1);
  return [
    ...checks,
    check('client_assertion_signature', await isSignedByClient(text, jwt, place.own), {
      expected: place.problem ?? (jwt.alg.startsWith('HS') ? 'the secret of the application' : 'a key of the application'),
      got: jwt.kid === undefined ? jwt.alg : `${jwt.alg}, kid ${jwt.kid}`,
    }),
  ];
}
