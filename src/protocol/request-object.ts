/**
 * Request objects: an authorization request inside a JSON Web Token (RFC 9101, OpenID Connect Core §6.1).
 *
 * What a browser carries anybody on the way may change; what the client has signed nobody can.
 */
import { parameterNames, toAuthorizationParameters } from './authorization-parameters.js';
import type { AuthorizationParameters } from './authorization-request.js';
import type { Check } from './check.js';
import { audienceNames, clientAlgorithms, type Jwt, readJwt, timeClaim } from './jwt.js';

/** What an application says of request objects. */
export interface RequestObjectSettings {
  /** PingOne's `requireSignedRequestObject`. */
  readonly requireSigned: boolean;
  /** PingOne's `supportUnsignedRequestObject`. */
  readonly supportUnsigned: boolean;
}

const spec = 'RFC 9101 §6';

/** Judges the outside of a request object: a token, in an algorithm that the application may use. */
export function checkRequestObjectForm(
  text: string,
  { requireSigned, supportUnsigned }: RequestObjectSettings,
): { checks: Check[]; jwt?: Jwt } {
  const jwt = readJwt(text);
  const checks: Check[] = [{ rule: 'request_object_readable', spec, ok: jwt !== undefined }];
  if (!jwt) return { checks };
  const { alg } = jwt;
  checks.push({
    rule: 'request_object_algorithm',
    spec: 'RFC 9101 §10.2',
    ok: alg === 'none' || clientAlgorithms.includes(alg),
    expected: clientAlgorithms.join(', '),
    got: alg,
  });
  // A signature is the whole point: unsigned ones only where the application wants them, and then with none at all.
  if (alg === 'none')
    checks.push({
      rule: 'request_object_signed',
      spec: 'RFC 9101 §10.2',
      ok: supportUnsigned && !requireSigned && text.endsWith('.'),
      expected: supportUnsigned && !requireSigned ? 'no signature with alg none' : 'a signature',
      got: 'alg none',
    });
  return { checks, jwt };
}

export interface RequestObjectPlace {
  readonly clientId: string;
  readonly issuer: string;
  readonly environmentId: string;
  /** Seconds. */
  readonly now: number;
}

/** Clocks differ; so many seconds are forgiven. */
const leewaySeconds = 60;

/** Judges what a request object says of itself: whose it is, for whom, and from when to when. */
export function checkRequestObjectClaims({ alg, claims }: Jwt, place: RequestObjectPlace): Check[] {
  const { clientId, issuer, environmentId, now } = place;
  const signed = alg !== 'none';
  const text = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value).slice(0, 200));
  // OpenID Connect Core §6.1: a signed one names issuer and audience; an unsigned one proves nothing by them.
  const [nbf, exp] = [timeClaim(claims.nbf), timeClaim(claims.exp)];
  const nested = ['request', 'request_uri'].find((name) => claims[name] !== undefined);
  const odd = Object.values(parameterNames).find((name) => claims[name] !== undefined && !isPlain(claims[name]));
  return [
    {
      rule: 'request_object_issuer',
      spec: 'RFC 9101 §4',
      ok: claims.iss === clientId || (claims.iss === undefined && !signed),
      expected: clientId,
      got: text(claims.iss),
    },
    {
      rule: 'request_object_audience',
      spec: 'RFC 9101 §4',
      ok: claims.aud === undefined ? !signed : audienceNames(claims.aud, { issuer, environmentId }),
      expected: issuer,
      got: text(claims.aud),
    },
    {
      rule: 'request_object_client',
      spec: 'RFC 9101 §5',
      ok: claims.client_id === undefined || claims.client_id === clientId,
      expected: clientId,
      got: text(claims.client_id),
    },
    {
      rule: 'request_object_fresh',
      spec: 'RFC 7519 §4.1.4',
      // NaN, which is no number, fails both.
      ok: (exp === undefined || now < exp + leewaySeconds) && (nbf === undefined || now >= nbf - leewaySeconds),
      expected: `${text(claims.nbf)} to ${text(claims.exp)}`,
      got: String(now),
    },
    { rule: 'request_object_flat', spec: 'RFC 9101 §4', ok: nested === undefined, got: nested },
    { rule: 'request_object_parameters', spec: 'RFC 9101 §4', ok: odd === undefined, expected: 'a text', got: odd },
  ];
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || value === null;

/** The request as it stands with its object: the object's parameters go before those beside it. */
export function applyRequestObject(beside: AuthorizationParameters, { claims }: Jwt): AuthorizationParameters {
  const texts = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
  const { request: _object, ...rest } = beside;
  return { ...rest, ...toAuthorizationParameters(texts) };
}
