/** A cookie as an application set it. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: string | undefined;
}

/** One answer on the way. */
export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly contentType: string;
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
}

/** The browser of a person, as far as a sign-on needs one: it follows redirects and keeps cookies. */
export interface Browser {
  /** Opens an address and follows redirects, until `stopAt` is reached. A form is posted. */
  open(url: URL, options?: { stopAt?: (url: URL) => boolean; form?: URLSearchParams }): Promise<Trail>;
  /** Name and value of each cookie for an address. */
  cookies(url: URL): ReadonlyMap<string, string>;
}

const patience = 15_000;
const mostRedirects = 20;
const largestText = 1_048_576;

/** Whether a checkup may call an address: this machine, and names that no public server can have. */
export const isNear = ({ protocol, hostname }: URL): boolean =>
  /^https?:$/.test(protocol) &&
  (/^(127(\.\d+){3}|\[::1\]|[a-z0-9_-]+)$/.test(hostname) || /\.(localhost|test|local|internal|example|invalid)$/.test(hostname));

function readCookie(line: string): SetCookie & { readonly expired: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const find = (name: string) => attributes.find((each) => each.toLowerCase().split('=')[0] === name);
  const value = at < 0 ? '' : pair.slice(at + 1);
  return {
    name: at < 0 ? pair : pair.slice(0, at),
    value,
    httpOnly: find('httponly') !== undefined,
    secure: find('secure') !== undefined,
    sameSite: find('samesite')?.split('=')[1]?.toLowerCase(),
    expired: /^0$|^-/.test(find('max-age')?.split('=')[1] ?? '') || value === '',
  };
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (text.length > largestText) break;
  }
  return text.slice(0, largestText);
}

export function createBrowser(): Browser {
  /** By host name: browsers share cookies between ports. */
  const jars = new Map<string, Map<string, string>>();
  const jarOf = ({ hostname }: URL) => {
    const jar = jars.get(hostname) ?? new Map<string, string>();
    jars.set(hostname, jar);
    return jar;
  };

  async function visit(url: URL, form: URLSearchParams | undefined): Promise<Visit> {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'user-agent': 'pingone-mock checkup',
      ...(cookie !== '' && { cookie }),
    };
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(url, { redirect: 'manual', headers, signal, ...(form && { method: 'POST', body: form }) });
    const cookies = response.headers.getSetCookie().map(readCookie);
    for (const { name, value, expired } of cookies) {
      if (expired) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, url.href);
    return {
      url,
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await textOf(response),
      location: isRedirect ? new URL(location, url) : undefined,
      cookies,
    };
  }

  return {
    cookies: (url) => jarOf(url),
    async open(first, { stopAt = () => false, form } = {}) {
      const visits: Visit[] = [];
      let url = first;
      for (let count = 0; count <= mostRedirects; count += 1) {
        if (stopAt(url)) return { visits, end: url };
        if (!isNear(url)) return { visits, end: url, failure: 'foreign address' };
        const one = await visit(url, count === 0 ? form : undefined).catch(() => undefined);
        if (!one) return { visits, end: url, failure: 'no answer' };
        visits.push(one);
        if (!one.location) return { visits, end: url };
        url = one.location;
      }
      return { visits, end: url, failure: 'loop' };
    },
  };
}
