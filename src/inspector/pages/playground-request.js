/** The requests of an application: how it proves itself, and how they are sent. */

import { base64url, utf8 } from './pkce.js';
import { authorizationOf } from './playground-code.js';

/** The methods by which the playground can authenticate an application. */
export const methods = ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];

const encode = (value) => base64url(utf8(JSON.stringify(value)));

/** A JWT that an application signs with its private key. */
async function signedByKey(claims, text) {
  const { readKey, signWith } = await import('./playground-key.js');
  const key = readKey(text);
  const unsigned = `${encode({ alg: key.alg, typ: 'JWT', ...(key.kid !== undefined && { kid: key.kid }) })}.${encode(claims)}`;
  return `${unsigned}.${base64url(await signWith(key, utf8(unsigned)))}`;
}

/** A JWT that an application signs with its secret, or without one an unsigned JWT. Browsers sign on https and localhost only. */
async function signed(claims, secret) {
  const unsigned = `${encode({ alg: secret ? 'HS256' : 'none', typ: 'JWT' })}.${encode(claims)}`;
  if (!secret) return `${unsigned}.`;
  if (!crypto.subtle) throw new Error('browsers sign on https and localhost only. Open this page there.');
  const key = await crypto.subtle.importKey('raw', utf8(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return `${unsigned}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(unsigned))))}`;
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What an application adds to the form and the header to authenticate. `now` is the server's time in milliseconds. */
export async function credentials({ method, id, secret, key, issuer, now }) {
  switch (method) {
    case 'client_secret_basic':
      return { basic: { id, secret }, pairs: [] };
    case 'client_secret_post':
      return {
        pairs: [
          ['client_id', id],
          ['client_secret', secret],
        ],
      };
    case 'client_secret_jwt':
    case 'private_key_jwt': {
      const seconds = Math.floor(now / 1000);
      const claims = {
        iss: id,
        sub: id,
        aud: issuer,
        iat: seconds,
        exp: seconds + 300,
        jti: crypto.getRandomValues(new Uint32Array(2)).join('-'),
      };
      return {
        pairs: [
          ['client_assertion_type', assertionType],
          ['client_assertion', await (method === 'private_key_jwt' ? signedByKey(claims, key) : signed(claims, secret))],
        ],
      };
    }
    default:
      return { pairs: [['client_id', id]] };
  }
}

/** A request object with the parameters of a request (RFC 9101): signed with the application's private key or secret, if it has one. */
export const requestObject = (parameters, { method, id, secret, key, issuer, now }) => {
  const seconds = Math.floor(now / 1000);
  const claims = { ...Object.fromEntries(parameters), iss: id, aud: issuer, iat: seconds, exp: seconds + 300 };
  return method === 'private_key_jwt' && key ? signedByKey(claims, key) : signed(claims, secret);
};

/** Sends a request and reads its answer, whatever its format. */
export async function send(request) {
  const { method, url, pairs } = request;
  const authorization = authorizationOf(request);
  const parameters = new URLSearchParams(pairs);
  const response = await fetch(method === 'GET' && pairs.length > 0 ? `${url}?${parameters}` : url, {
    method,
    headers: { ...request.headers, ...(authorization && { authorization }) },
    ...(method === 'POST' && { body: request.json ?? parameters }),
    redirect: request.browser ? 'manual' : 'follow',
  });
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return {
    status: response.status,
    text: body === undefined ? text : JSON.stringify(body, null, 2),
    body: Object(body),
    correlation: response.headers.get('correlation-id') ?? undefined,
    diagnosis: response.headers.get('x-mock-diagnosis') ?? undefined,
  };
}
