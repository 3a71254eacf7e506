import type { JWK } from 'jose';
import { createRecent, type Recent } from '../../lib/collections/recent.js';
import { fetchText } from '../../lib/fetch-text.js';
import { membersOf, parseJson } from '../../lib/unknown.js';
import type { Environment } from '../context.js';
import type { Application } from '../model/application.js';

/** The public keys of an application, or why there are none. */
export interface ClientKeys {
  readonly keys: readonly JWK[];
  readonly problem?: string;
}

interface Fetched extends ClientKeys {
  readonly at: number;
  readonly until: number;
}

/** The shortest time between two requests for an unknown key id, which anyone can make up. */
const pauseMilliseconds = 1_000;

const cacheMilliseconds = 60_000;
const timeoutMilliseconds = 2_000;
const sizeLimit = 65_536;
/** The most URLs that are cached, so that ever-changing ones do not fill the memory. */
const rememberedUrls = 100;

const fetched = new WeakMap<Environment, Recent<Promise<Fetched>>>();

const none = (problem: string): ClientKeys => ({ keys: [], problem });

/** Reads a JWK set, ignoring members that are not keys (RFC 7517 §5). */
export function parseKeys(text: string, from: string): ClientKeys {
  try {
    const { keys } = membersOf(parseJson(text));
    if (!Array.isArray(keys)) return none(`${from} is not a JWK set: it has no list "keys"`);
    return { keys: keys.filter((key): key is JWK => typeof key === 'object' && key !== null && typeof key.kty === 'string') };
  } catch {
    return none(`${from} is not JSON`);
  }
}

/** Fetches the JWK set from a URL in the configuration, never from a URL in a request. */
async function fetchKeys(url: string): Promise<ClientKeys> {
  if (!/^https?:\/\//i.test(url)) return none(`jwksUrl ${url} is not an http(s) URL`);
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const fetchedText = await fetchText(url, { headers }, { milliseconds: timeoutMilliseconds, bytes: sizeLimit });
  if ('problem' in fetchedText) return none(`jwksUrl ${url} could not be fetched: ${fetchedText.problem}`);
  const { status, redirects, text } = fetchedText;
  if (status < 200 || status > 299)
    return none(`jwksUrl ${url} answered ${status}${redirects ? ', a redirect, which is not followed' : ''}`);
  return text === undefined ? none(`jwksUrl ${url} answered more than ${sizeLimit} bytes`) : parseKeys(text, `jwksUrl ${url}`);
}

async function cachedKeys(environment: Environment, url: string, kid: string | undefined): Promise<ClientKeys> {
  const { clock } = environment;
  const known = fetched.get(environment) ?? createRecent<Promise<Fetched>>(rememberedUrls);
  fetched.set(environment, known);
  const earlier = await known.get(url);
  const now = clock.now();
  if (earlier && earlier.until > now) {
    const rotated = kid !== undefined && !earlier.keys.some((key) => key.kid === kid);
    if (!rotated || now - earlier.at < pauseMilliseconds) return earlier;
  }
  // Failures are not cached; concurrent requests share one fetch.
  const asked = fetchKeys(url).then((found) => ({
    ...found,
    at: clock.now(),
    until: found.problem === undefined ? clock.now() + cacheMilliseconds : 0,
  }));
  known.set(url, asked);
  return asked;
}

/** Where an application or an issuer has its keys. */
export interface KeySource {
  readonly jwks?: unknown;
  readonly jwksUrl?: unknown;
}

/**
 * The public keys of an application or an issuer: its `jwks`, or those at its `jwksUrl`, cached for a minute. An unknown `kid`
 * indicates a rotation, so that they are fetched again.
 */
export async function publicKeys(
  environment: Environment,
  { jwks, jwksUrl }: KeySource,
  kid: string | undefined,
  whose: string,
): Promise<ClientKeys> {
  if (typeof jwks === 'string' && jwks !== '') return parseKeys(jwks, 'jwks');
  if (typeof jwks === 'object' && jwks !== null) return parseKeys(JSON.stringify(jwks), 'jwks');
  if (typeof jwksUrl === 'string' && jwksUrl !== '') return cachedKeys(environment, jwksUrl, kid);
  return none(`${whose} has neither jwks nor jwksUrl`);
}

/** The public keys that an application signs with. */
export const clientKeys = (environment: Environment, { jwks, jwksUrl }: Application, kid?: string): Promise<ClientKeys> =>
  publicKeys(environment, { jwks, jwksUrl }, kid, 'the application');
