/** A client that proves itself by a signed token (RFC 7523 §3, OpenID Connect Core §9; docs/fidelity.md, 5.2). */
import { type Check, type Checks, check, decide, need } from './check.js';
import { audienceNames, clientAlgorithms, type IssuerNames, isSignedByClient, type Jwt, timeClaim, type VerificationKeys } from './jwt.js';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An assertion as it was sent. */
export interface ClientAssertion {
  readonly text: string;
  /** `client_assertion_type`. */
  readonly type: string | undefined;
  /** Undefined if the text is not a token. */
  readonly jwt: Jwt | undefined;
  /** The `client_id` beside it, which is optional. */
  readonly namedClientId: string | undefined;
}

export interface AssertionPlace extends IssuerNames {
  readonly clientId: string;
  /** The endpoint of this request, such as `token` or `introspect`. */
  readonly endpoint: string;
  /** Seconds. */
  readonly now: number;
  readonly own: VerificationKeys;
  /** Why there is nothing to verify with, if so. */
  readonly problem?: string | undefined;
}

const longestSeconds = 3600;
/** What an audience may name: the issuer, the token endpoint, or the endpoint of this request. */
function namesUs(audience: unknown, place: AssertionPlace): boolean {
  const end = new RegExp(`/(token|${place.endpoint})$`);
  const names = (Array.isArray(audience) ? audience : [audience]).map((name) => (typeof name === 'string' ? name.replace(end, '') : name));
  return audienceNames(names, place);
}

const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value).slice(0, 200));

/** Judges all but the signature. `iat` and `jti` are ignored: PingOne accepts an assertion again and again. */
function* checkClaims({ type, jwt: readable, namedClientId }: ClientAssertion, place: AssertionPlace): Checks<Jwt> {
  const jwt = yield* need('client_assertion_readable', readable);
  yield check('client_assertion_type', type === assertionType, { expected: assertionType, got: type ?? 'none' });
  yield check('client_assertion_algorithm', clientAlgorithms.includes(jwt.alg), {
    expected: clientAlgorithms.join(', '),
    got: jwt.alg.slice(0, 40),
  });
  const { claims } = jwt;
  const { clientId, issuer, now } = place;
  const [exp, nbf] = [timeClaim(claims.exp), timeClaim(claims.nbf)];
  yield check('client_assertion_client', claims.iss === clientId && claims.sub === clientId && (namedClientId ?? clientId) === clientId, {
    expected: `iss and sub ${clientId}`,
    got: `iss ${shown(claims.iss)}, sub ${shown(claims.sub)}, client_id ${namedClientId ?? 'none'}`,
  });
  yield check('client_assertion_audience', namesUs(claims.aud, place), {
    expected: `${issuer}, ${issuer}/token or ${issuer}/${place.endpoint}`,
    got: shown(claims.aud),
  });
  yield check('client_assertion_expires', exp !== undefined && !Number.isNaN(exp), { expected: 'exp', got: shown(claims.exp) });
  yield check('client_assertion_fresh', now < Number(exp), { expected: `exp after ${now}`, got: shown(claims.exp) });
  yield check('client_assertion_horizon', Number(exp) <= now + longestSeconds, {
    expected: `exp at most ${longestSeconds} s ahead: ${now + longestSeconds}`,
    got: shown(claims.exp),
  });
  yield check('client_assertion_not_before', nbf === undefined || nbf <= now, { expected: `nbf up to ${now}`, got: shown(claims.nbf) });
  return jwt;
}

/** Judges an assertion, once its method is known to be the client's. */
export async function checkClientAssertion(assertion: ClientAssertion, place: AssertionPlace): Promise<readonly Check[]> {
  const claimed = decide(checkClaims(assertion, place));
  if (claimed.refusedBy) return claimed.checks;
  const { alg, kid } = claimed.value;
  const signature = check('client_assertion_signature', await isSignedByClient(assertion.text, claimed.value, place.own), {
    expected: place.problem ?? (alg.startsWith('HS') ? 'the secret of the application' : 'a key of the application'),
    got: kid === undefined ? alg : `${alg}, kid ${kid}`,
  });
  return [...claimed.checks, signature];
}
