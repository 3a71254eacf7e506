import type { JWK } from 'jose';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { membersOf, parseJson } from '../../lib/unknown.js';
import { within } from '../../lib/within.js';

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

const fetched = new WeakMap<Environment, Map<string, Promise<Fetched>>>();

const none = (problem: string): ClientKeys => ({ keys: [], problem });

/** Reads a JWK set, ignoring members that are not keys (RFC 7517 §5). */
function parseKeys(text: string, from: string): ClientKeys {
  try {
    const { keys } = membersOf(parseJson(text));
    if (!Array.isArray(keys)) return none(`${from} is not a JWK set: it has no list "keys"`);
    return { keys: keys.filter((key): key is JWK => typeof key === 'object' && key !== null && typeof key.kty === 'string') };
  } catch {
    return none(`${from} is not JSON`);
  }
}

/** The body as text; undefined if it exceeds the limit. */
async function readLimited(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > sizeLimit) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString();
}

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  UND_ERR_SOCKET: 'connection closed before the answer was complete',
  ENOTFOUND: 'its host has no address',
};

/** Why a request got no answer: `fetch` itself says only "fetch failed", and keeps the reason as its cause. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = membersOf(error.cause);
  if (typeof code === 'string') return failures[code] ?? code;
  return typeof message === 'string' ? message : error.message;
}

/** Fetches the JWK set from a URL in the configuration, never from a URL in a request. */
async function fetchKeys(url: string): Promise<ClientKeys> {
  if (!/^https?:\/\//i.test(url)) return none(`jwksUrl ${url} is not an http(s) URL`);
  try {
    return await within(timeoutMilliseconds, async (signal) => {
      const response = await fetch(url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'manual',
        signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        const redirects = response.status < 400 && response.headers.has('location');
        return none(`jwksUrl ${url} answered ${response.status}${redirects ? ', a redirect, which is not followed' : ''}`);
      }
      const text = await readLimited(response);
      return text === undefined ? none(`jwksUrl ${url} answered more than ${sizeLimit} bytes`) : parseKeys(text, `jwksUrl ${url}`);
    });
  } catch (error) {
    return none(`jwksUrl ${url} could not be fetched: ${failureOf(error)}`);
  }
}

async function cachedKeys(environment: Environment, url: string, kid: string | undefined): Promise<ClientKeys> {
  const { clock } = environment;
  const known = fetched.get(environment) ?? new Map<string, Promise<Fetched>>();
  fetched.set(environment, known);
  const earlier = await known.get(url);
  const now = clock.now();
  if (earlier && earlier.until > now) {
    const rotated = kid !== undefined && !earlier.keys.some((key) => key.kid === kid);
    if (!rotated || now - earlier.at < pauseMilliseconds) return earlier;
  }
  if (known.size >= rememberedUrls) known.clear();
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
