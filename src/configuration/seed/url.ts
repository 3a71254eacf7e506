import { within } from '../../lib/within.js';
import { SeedError } from './index.js';

/** The version of a response (RFC 9110 §8.8), sent along with the next request. */
export interface SeedVersion {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface FetchedSeed {
  readonly text: string;
  /** The URL without its password. */
  readonly source: string;
  readonly version: SeedVersion;
}

const longestMilliseconds = 10_000;
const mostBytes = 10_000_000;

export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

/** A URL without its password. */
const shown = (address: string): string => address.replace(/\/\/[^/@]*@/, '//');

/** Reads a body up to a maximum size, whatever its content-length says. */
async function readBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw new SeedError(`it is larger than ${mostBytes / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const conditionsOf = ({ etag, lastModified }: SeedVersion): Record<string, string> => {
  if (etag !== undefined) return { 'if-none-match': etag };
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified };
};

/** Fetches a seed; undefined where it has not changed since the known version. */
export async function fetchSeed(address: string, known: SeedVersion = {}, stop?: AbortSignal): Promise<FetchedSeed | undefined> {
  const source = shown(address);
  if (!URL.canParse(address)) throw new SeedError(`${source}: not a URL`);
  const { username, password, href } = new URL(address);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const conditions = conditionsOf(known);
  const fetched = async (signal: AbortSignal): Promise<FetchedSeed | undefined> => {
    const response = await fetch(shown(href), {
      signal,
      headers: { accept: 'application/json', ...conditions, ...(username !== '' && { authorization: `Basic ${credentials}` }) },
    });
    if (response.status === 304 && Object.keys(conditions).length > 0) return undefined;
    if (!response.ok) throw new SeedError(`it answers ${response.status}`);
    const version = { etag: response.headers.get('etag') ?? undefined, lastModified: response.headers.get('last-modified') ?? undefined };
    return { text: await readBody(response), source, version };
  };
  try {
    return await within(longestMilliseconds, fetched, stop);
  } catch (error) {
    const { name, message, cause } = error as Error;
    const { code } = (cause ?? {}) as { code?: string };
    const reason = name === 'TimeoutError' ? `no answer within ${longestMilliseconds / 1000} s` : (code ?? message);
    throw new SeedError(`${source}: cannot be read (${reason})`);
  }
}
