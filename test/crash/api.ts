import type { Ready } from '../package/command.js';

export type Body = Record<string, unknown>;

/** The management API of a running mock, as its default worker uses it. */
export interface Api {
  /** Calls a path under the default environment, or under /v1 where it begins with a slash. Rejects with what was refused. */
  send(method: string, path: string, body?: object, action?: string): Promise<Body>;
  /** All items of a list, page by page. */
  list(kind: string): Promise<Body[]>;
  isPassword(userId: string, password: string): Promise<boolean>;
  /** `whole` where the environment has all that a new one has. */
  lookOfEnvironment(id: string): Promise<string>;
}

const action = (name: string) => `application/vnd.pingidentity.${name}+json`;

export async function connect({ url, issuer, environmentId }: Ready): Promise<Api> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('a0000000-0000-4000-8000-000000000001:worker-secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const root = `${url}/v1/environments/${environmentId}`;
  const call = async (method: string, address: string, body?: object, type = 'application/json') => {
    const response = await fetch(address, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
  const send: Api['send'] = async (method, path, body, named) => {
    const address = path.startsWith('/') ? `${url}/v1${path}` : `${root}/${path}`;
    const { status, body: answered } = await call(method, address, body, named === undefined ? undefined : action(named));
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answered)}`);
    return answered;
  };
  const list: Api['list'] = async (kind) => {
    const items: Body[] = [];
    let address: string | undefined = kind === 'environments' ? `${url}/v1/environments` : `${root}/${kind}?limit=1000`;
    while (address) {
      const { body } = await call('GET', address);
      items.push(...((body._embedded as Record<string, Body[]> | undefined)?.[kind] ?? []));
      address = (body._links as { next?: { href: string } }).next?.href;
    }
    return items;
  };
  return {
    send,
    list,
    async isPassword(userId, password) {
      const { status } = await call('POST', `${root}/users/${userId}/password`, { password }, action('password.check'));
      return status === 200;
    },
    async lookOfEnvironment(id) {
      const counts: string[] = [];
      for (const [kind, least] of [
        ['populations', 1],
        ['resources', 2],
        ['signOnPolicies', 1],
        ['applications', 1],
      ] as const) {
        const { body } = await call('GET', `${url}/v1/environments/${id}/${kind}`);
        const found = (body._embedded as Record<string, Body[]> | undefined)?.[kind]?.length ?? 0;
        if (found < least) counts.push(`${found} ${kind}`);
      }
      return counts.length === 0 ? 'whole' : `with ${counts.join(', ')}`;
    },
  };
}
