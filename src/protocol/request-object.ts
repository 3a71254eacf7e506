/**
 * Request objects: an authorization request inside a JSON Web Token (RFC 9101, OpenID Connect Core §6.1).
 *
 * Anyone on the way can change what a browser carries, but not what the client has signed.
 */
import { parameterNames, readParameters } from './authorization-parameters.js';
import type { AuthorizationParameters } from './authorization-request.js';
import { type Check, type Checks, check, need } from './check.js';
import { audienceNames, clientAlgorithms, type IssuerNames, type Jwt, readJwt, timeClaim } from './jwt.js';

/** An application's settings for request objects. */
export interface RequestObjectSettings {
  /** PingOne's `requireSignedRequestObject`. */
  readonly requireSigned: boolean;
  /** PingOne's `supportUnsignedRequestObject`. */
  readonly supportUnsigned: boolean;
}

/** Judges the form of a request object: a token, in an algorithm that the application may use. */
export function* checkRequestObjectForm(text: string, { requireSigned, supportUnsigned }: RequestObjectSettings): Checks<Jwt> {
  const jwt = yield* need('request_object_readable', readJwt(text));
  const { alg } = jwt;
  yield check('request_object_algorithm', alg === 'none' || clientAlgorithms.includes(alg), {
    expected: clientAlgorithms.join(', '),
    got: alg,
  });
  // The signature is the whole point: unsigned objects only if the application wants them, and then without any signature.
  if (alg === 'none') {
    const unsigned = supportUnsigned && !requireSigned;
    yield check('request_object_signed', unsigned && text.endsWith('.'), {
      expected: unsigned ? 'no signature with alg none' : 'a signature',
      got: 'alg none',
    });
  }
  return jwt;
}

export interface RequestObjectPlace extends IssuerNames {
  readonly clientId: string;
  /** Seconds. */
  readonly now: number;
}

/** Clocks differ: how many seconds are tolerated. */
const leewaySeconds = 60;

/** Judges the claims of a request object: its issuer, its audience, and when it is valid. */
export function checkRequestObjectClaims({ alg, claims }: Jwt, place: RequestObjectPlace): Check[] {
  const { clientId, issuer, now } = place;
  const signed = alg !== 'none';
  const text = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value).slice(0, 200));
  // OpenID Connect Core §6.1: a signed one names issuer and audience; in an unsigned one they prove nothing.
  const [nbf, exp] = [timeClaim(claims.nbf), timeClaim(claims.exp)];
  const nested = ['request', 'request_uri'].find((name) => claims[name] !== undefined);
  const odd = Object.values(parameterNames).find((name) => claims[name] !== undefined && !isPlain(claims[name]));
  return [
    check('request_object_issuer', claims.iss === clientId || (claims.iss === undefined && !signed), {
      expected: clientId,
      got: text(claims.iss),
    }),
    check('request_object_audience', claims.aud === undefined ? !signed : audienceNames(claims.aud, place), {
      expected: issuer,
      got: text(claims.aud),
    }),
    check('request_object_client', claims.client_id === undefined || claims.client_id === clientId, {
      expected: clientId,
      got: text(claims.client_id),
    }),
    check('request_object_fresh', (exp === undefined || now < exp + leewaySeconds) && (nbf === undefined || now >= nbf - leewaySeconds), {
      expected: `${text(claims.nbf)} to ${text(claims.exp)}`,
      got: String(now),
    }),
    check('request_object_flat', nested === undefined, { got: nested }),
    check('request_object_parameters', odd === undefined, { expected: 'a text', got: odd }),
  ];
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || value === null;

/** The request with the parameters of its object, which take precedence over those beside it. */
export function applyRequestObject(beside: AuthorizationParameters, { claims }: Jwt): AuthorizationParameters {
  const texts = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
  const { request: _object, ...rest } = beside;
  return { ...rest, ...readParameters(texts).parameters };
}
