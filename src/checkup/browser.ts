import { within } from '../lib/within.js';
import { createCookieJar } from './cookie-jar.js';
import { readSetCookie, type SetCookie } from './set-cookie.js';

export type { SetCookie } from './set-cookie.js';

/** One answer on the way. */
export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Whether a browser would save it rather than show it. */
  readonly download: boolean;
  /** At most a megabyte. */
  readonly text: string;
  readonly location: URL | undefined;
  readonly cookies: readonly SetCookie[];
}

/** What came of following redirects. */
export interface Trail {
  readonly visits: readonly Visit[];
  /** The address that was not followed any more: where the person would be, or the one at which it was to stop. */
  readonly end: URL;
  /** Why it did not get there. */
  readonly failure?: 'no answer' | 'loop' | 'foreign address' | undefined;
  /** More about the failure: "ECONNREFUSED". */
  readonly reason?: string | undefined;
  /** Origins that the page wanted to call and that are not called; only a real browser knows. */
  readonly blocked?: readonly string[] | undefined;
  /** What the page stored, by name; only a real browser has it. */
  readonly stored?: Stored | undefined;
}

/** The web storage of a page. */
export interface Stored {
  readonly local: ReadonlyMap<string, string>;
  readonly session: ReadonlyMap<string, string>;
}

export interface OpenOptions {
  /** Where to stop: this address is not opened any more. */
  readonly stopAt?: (url: URL) => boolean;
  /** Is posted to the first address. */
  readonly form?: URLSearchParams;
  /** The page of the identity provider that redirects to the first address, or posts the form to it. */
  readonly from?: URL;
}

/** The browser of a person, as far as a sign-on needs one: it follows redirects and keeps cookies. */
export interface Browser {
  open(url: URL, options?: OpenOptions): Promise<Trail>;
  /** Name and value of each cookie for an address. */
  cookies(url: URL): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export const patienceMilliseconds = 15_000;
export const mostRedirects = 20;
export const largestText = 1_048_576;

/** Whether a checkup may call an address: this machine, and names that no public server can have. */
export const isNear = ({ protocol, hostname }: URL): boolean =>
  /^https?:$/.test(protocol) &&
  (/^(127(\.\d+){3}|\[::1\]|[a-z0-9_-]+)$/.test(hostname) || /\.(localhost|test|local|internal|example|invalid)$/.test(hostname));

/** Whether a browser saves an answer: it says so, or is of a type that browsers do not show (application/zip). */
export const isDownload = (contentType: string, disposition: string): boolean =>
  /^attachment/i.test(disposition) || /^application\/(octet-stream|zip|gzip|pdf|x-)/i.test(contentType);

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (text.length > largestText) break;
  }
  return text.slice(0, largestText);
}

/** Why a request got no answer, in a word. */
const reasonOf = (error: unknown): string => {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (name === 'TimeoutError' ? `nothing within ${patienceMilliseconds / 1000} seconds` : message);
};

/** Cookies for an address. */
export interface GivenCookies {
  readonly url: URL;
  readonly cookies: ReadonlyMap<string, string>;
}

/** A browser without scripts. `stop` ends what it waits for. `given`: cookies that it has from the beginning. */
export function createBrowser(stop?: AbortSignal, given?: GivenCookies): Browser {
  const jar = createCookieJar();
  if (given) for (const [name, value] of given.cookies) jar.keep(given.url, readSetCookie(`${name}=${value}; Path=/`));

  const visit = async (url: URL, form: URLSearchParams | undefined, signal: AbortSignal): Promise<Visit> => {
    const cookie = jar
      .forAddress(url)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const headers = {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'user-agent': 'pingone-mock checkup',
      ...(cookie !== '' && { cookie }),
    };
    const response = await fetch(url, { redirect: 'manual', headers, signal, ...(form && { method: 'POST', body: form }) });
    const cookies = response.headers.getSetCookie().map(readSetCookie);
    for (const each of cookies) jar.keep(url, each);
    const { status } = response;
    const header = (name: string) => response.headers.get(name) ?? '';
    const isRedirect = status >= 300 && status < 400 && header('location') !== '' && URL.canParse(header('location'), url.href);
    const download = isDownload(header('content-type'), header('content-disposition'));
    return {
      url,
      status,
      contentType: header('content-type'),
      cacheControl: header('cache-control'),
      download,
      text: download ? '' : await textOf(response),
      location: isRedirect ? new URL(header('location'), url) : undefined,
      cookies,
    };
  };

  return {
    // Of two with the same name, applications read the first.
    cookies: async (url) => new Map(jar.forAddress(url).toReversed()),
    close: async () => {},
    async open(first, { stopAt = () => false, form } = {}) {
      const visits: Visit[] = [];
      let url = first;
      for (let count = 0; count <= mostRedirects; count += 1) {
        if (stopAt(url)) return { visits, end: url };
        if (!isNear(url)) return { visits, end: url, failure: 'foreign address' };
        const sent = count === 0 ? form : undefined;
        const one = await within(patienceMilliseconds, (signal) => visit(url, sent, signal), stop).catch(reasonOf);
        if (typeof one === 'string') return { visits, end: url, failure: 'no answer', reason: one };
        visits.push(one);
        if (!one.location) return { visits, end: url };
        url = one.location;
      }
      return { visits, end: url, failure: 'loop' };
    },
  };
}
