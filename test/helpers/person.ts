/** A person with a browser, as far as the tests need one: cookies, redirects, and the form of the sign-on page. */
export interface Person {
  /** Opens an address and goes on, through the sign-on page if it is asked for, until a redirect leads out of the server. */
  open(url: URL | string, init?: RequestInit): Promise<{ url: URL; response: Response }>;
  readonly cookies: ReadonlyMap<string, string>;
}

interface PersonOptions {
  readonly username?: string;
  readonly password?: string;
}

export function newPerson(serverUrl: string, { username = 'alice', password = 'Alice-Passw0rd' }: PersonOptions = {}): Person {
  const cookies = new Map<string, string>();
  const { origin } = new URL(serverUrl);

  const request = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };

  async function open(address: URL | string, init?: RequestInit): Promise<{ url: URL; response: Response }> {
    const url = new URL(address);
    const response = await request(url, init);
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, url);
      return next.origin === origin ? open(next) : { url: next, response };
    }
    if (url.pathname.endsWith('/signon/') && url.searchParams.has('flowId') && init === undefined && response.ok)
      return open(url, { method: 'POST', body: new URLSearchParams({ username, password }) });
    return { url, response };
  }

  return { open, cookies };
}
