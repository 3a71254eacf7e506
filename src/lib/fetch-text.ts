import { membersOf } from './unknown.js';
import { within } from './within.js';

/** An answer of another server, or why there is none. */
export type FetchedText =
  | {
      readonly status: number;
      /** A redirect, which is not followed. */
      readonly redirects: boolean;
      /** Undefined where the body exceeds the limit. */
      readonly text: string | undefined;
    }
  | { readonly problem: string };

interface Request {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a request to another server may cost. */
export interface FetchLimits {
  readonly milliseconds: number;
  readonly bytes: number;
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

/** The body as text; undefined if it exceeds the limit. */
async function readLimited(response: Response, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > limit) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString();
}

/** Asks another server, which may be slow, endless or gone. Follows no redirect, and never throws. */
export async function fetchText(url: string, request: Request, { milliseconds, bytes }: FetchLimits): Promise<FetchedText> {
  try {
    return await within(milliseconds, async (signal) => {
      const response = await fetch(url, { ...request, redirect: 'manual', signal });
      const { status } = response;
      const redirects = status >= 300 && status < 400 && response.headers.has('location');
      if (redirects) await response.body?.cancel();
      return { status, redirects, text: redirects ? '' : await readLimited(response, bytes) };
    });
  } catch (error) {
    return { problem: failureOf(error) };
  }
}
