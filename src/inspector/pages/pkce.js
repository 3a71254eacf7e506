/** What a client computes for PKCE. */
import { api } from './dom.js';

export const utf8 = (text) => new TextEncoder().encode(text);

export const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** The 32 bytes of the hash. Browsers compute it on https and localhost only; elsewhere the server does. */
export const sha256 = async (text) =>
  crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text)))
    : fromBase64url((await api.send('POST', 'pkce/diagnose', { verifier: text })).computed);

export const challengeOf = async (verifier) => base64url(await sha256(verifier));

export const newVerifier = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
