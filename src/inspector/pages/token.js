/** Decodes and explains JSON Web Tokens. */
import { asMoment, copyButton, fromNow, h } from './dom.js';
import { claims, timeClaims } from './explain.js';
import { base64url, fromBase64url, utf8 } from './pkce.js';

const readPart = (part) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part)));

/** The parts of a JWT; undefined if it is not one. */
export function decode(token) {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3) return undefined;
  try {
    const read = { header: readPart(header), payload: readPart(payload), signature: fromBase64url(signature), parts };
    return Object(read.header) === read.header && Object(read.payload) === read.payload ? read : undefined;
  } catch {
    return undefined;
  }
}

export const encode = (header, payload, signature) =>
  [base64url(utf8(JSON.stringify(header))), base64url(utf8(JSON.stringify(payload))), signature].join('.');

const shownValue = (name, value, now) =>
  timeClaims.has(name) && typeof value === 'number'
    ? [String(value), h('small', asMoment(value * 1000), ', ', fromNow(value * 1000, now))]
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const part = (title, name, members, now) =>
  h(
    `section.part.${name}`,
    h('h4', title),
    h(
      'dl.claims',
      Object.entries(members).map(([claim, value]) =>
        h(
          'div',
          h('dt', h('code', claim)),
          h('dd', h('span.value', shownValue(claim, value, now)), claims[claim] && h('small.meaning', claims[claim])),
        ),
      ),
    ),
  );

/** A token with each of its claims explained. `now` is the server's time. */
export function tokenView(title, token, now = Date.now()) {
  const read = decode(token);
  if (!read) return h('article.token', h('h3', title), h('p.muted', 'An opaque token: only its server can read it.'), h('pre', token));
  const expires = read.payload.exp * 1000;
  const [header, payload, signature] = read.parts;
  return h(
    'article.token',
    h(
      'header',
      h('h3', title),
      Number.isFinite(expires) &&
        h(
          `span.chip.${expires > now ? 'good' : 'bad'}`,
          expires > now ? `✓ expires ${fromNow(expires, now)}` : `✗ expired ${fromNow(expires, now)}`,
        ),
      copyButton('Copy token', token),
    ),
    h(
      'p.jwt',
      { role: 'img', 'aria-label': 'The token: header, payload and signature' },
      h('span.header', header),
      '.',
      h('span.payload', payload),
      '.',
      h('span.signature', signature),
    ),
    h('div.parts', part('Header', 'header', read.header, now), part('Payload', 'payload', read.payload, now)),
  );
}

/** Verifies the signature in this page, with the server's public keys. */
export async function checkSignature(token, keysUrl) {
  const read = decode(token);
  if (!read) return { ok: false, text: 'Not a JWT: that has three parts in base64url, the first two of them JSON objects.' };
  const { alg, kid } = read.header;
  if (alg === 'none') return { ok: false, text: 'alg is none: anybody could have made this token. A verifier must refuse it.' };
  if (alg !== 'RS256') return { ok: false, text: `alg is ${alg}; this server signs with RS256, and a verifier must accept no other.` };
  const { keys } = await (await fetch(keysUrl)).json();
  const key = keys.find((each) => each.kid === kid);
  if (!key)
    return { ok: false, text: `kid ${kid} is not among the ${keys.length} keys of the JWKS: it is another server’s, or was rotated away.` };
  if (!crypto.subtle) return { ok: null, text: 'The key is known; browsers verify signatures on https or localhost only.' };
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { kty, n, e } = key;
  const publicKey = await crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, false, ['verify']);
  const [header, payload] = read.parts;
  const ok = await crypto.subtle.verify(algorithm, publicKey, read.signature, utf8(`${header}.${payload}`)).catch(() => false);
  return {
    ok,
    text: ok
      ? `The signature is valid: key ${kid} signed exactly this header and payload.`
      : 'The signature is invalid: the header or payload was changed, or another key signed it.',
  };
}
