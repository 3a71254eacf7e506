import { withUsualMembers } from '../configuration/applications/usual.js';
import type { Random } from '../lib/random.js';
import { call } from './calls.js';
import { MockError } from './mock-error.js';
import type { Transport } from './transport.js';
import type { App, Collection, IdentityProvider, MockIdentityProviders, NewApp, NewIdentityProvider, NewUser, User } from './types.js';

/** The management API of one environment, with a token that is fetched on first use. */
export interface Management {
  token(): Promise<string>;
  send(path: string, options?: { method?: string; body?: object; type?: string }): Promise<unknown>;
}

export function createManagement(transport: Transport, environmentId: string): Management {
  let kept: Promise<string> | undefined;
  const token = (): Promise<string> => {
    kept ??= call(transport, `/__mock/v1/environments/${environmentId}/management-token`, { method: 'POST' }).then(
      (answer) => (answer as { access_token: string }).access_token,
    );
    return kept;
  };
  return {
    token,
    async send(path, options = {}) {
      const attempt = async () => call(transport, `/v1/environments/${environmentId}${path}`, { ...options, token: await token() });
      try {
        return await attempt();
      } catch (error) {
        // The test moved the clock or reset the mock: get a new token.
        if (!(error instanceof MockError) || error.status !== 401) throw error;
        kept = undefined;
        return attempt();
      }
    },
  };
}

interface Page<T> {
  readonly _embedded?: Readonly<Record<string, T[]>>;
  readonly _links?: { readonly next?: { readonly href: string } };
}

async function listAll<T>({ send }: Management, kind: string): Promise<T[]> {
  const items: T[] = [];
  for (let path: string | undefined = `/${kind}`; path !== undefined; ) {
    const page = (await send(path)) as Page<T>;
    items.push(...(page._embedded?.[kind] ?? []));
    const next: string | undefined = page._links?.next?.href;
    path = next === undefined ? undefined : next.slice(next.indexOf(`/${kind}`));
  }
  return items;
}

interface Kind<T, New> {
  readonly kind: string;
  readonly nameOf: (item: T) => string;
  readonly create: (body: New, count: number) => Promise<T>;
  /** Adds what has a path of its own. */
  readonly complete?: (item: T) => Promise<T>;
  /** Sets what has a path of its own; returns the rest of the change, for PUT. */
  readonly change?: (id: string, change: Partial<New>) => Promise<Partial<New>>;
}

const withoutLinks = (item: object): Record<string, unknown> => {
  const { _links, _embedded, environment, createdAt, updatedAt, ...members } = item as Record<string, unknown>;
  return members;
};

function collectionOf<T extends { id: string }, New extends object>(management: Management, kind: Kind<T, New>): Collection<T, New> {
  let created = 0;
  const complete = kind.complete ?? (async (item: T) => item);
  const find = async (idOrName: string): Promise<T> => {
    const items = await listAll<T>(management, kind.kind);
    const found = items.find((item) => item.id === idOrName) ?? items.find((item) => kind.nameOf(item) === idOrName);
    if (found) return found;
    throw new MockError(`there is no ${kind.kind.slice(0, -1)} ${JSON.stringify(idOrName)} in this environment`, {
      code: 'not_found',
      status: 404,
      fix: `existing: ${items.map(kind.nameOf).join(', ') || 'none'}`,
    });
  };
  return {
    async create(body) {
      created += 1;
      return complete(await kind.create((body ?? {}) as New, created));
    },
    list: () => listAll<T>(management, kind.kind),
    get: async (idOrName) => complete(await find(idOrName)),
    async update(idOrName, change) {
      const { id, secret, ...before } = withoutLinks(await find(idOrName)) as { id: string; secret?: unknown };
      const rest = kind.change === undefined ? change : await kind.change(id, change);
      return complete((await management.send(`/${kind.kind}/${id}`, { method: 'PUT', body: { ...before, ...rest } })) as T);
    },
    async delete(idOrName) {
      await management.send(`/${kind.kind}/${(await find(idOrName)).id}`, { method: 'DELETE' });
    },
  };
}

export const createApps = (management: Management): Collection<App, NewApp> =>
  collectionOf<App, NewApp>(management, {
    kind: 'applications',
    nameOf: ({ name }) => name,
    create: (body, count) =>
      management.send('/applications', { method: 'POST', body: withUsualMembers(body, `App ${count}`) }) as Promise<App>,
    async complete(app) {
      if (app.tokenEndpointAuthMethod === undefined || app.tokenEndpointAuthMethod === 'NONE') return app;
      const { secret } = (await management.send(`/applications/${app.id}/secret`).catch(() => ({}))) as { secret?: string };
      return secret === undefined ? app : { ...app, secret };
    },
  });

export const createUsers = (management: Management, random: Random): Collection<User, NewUser> =>
  collectionOf<User, NewUser>(management, {
    kind: 'users',
    nameOf: ({ username }) => username,
    async create({ password, enabled, ...body }) {
      // Random, since other programs may create users in the same environment.
      const username = body.username ?? `user-${random.bytes(6).toString('hex')}`;
      const complete = { email: `${username}@example.com`, ...body, username };
      const created = (await management.send('/users', {
        method: 'POST',
        body: password === undefined ? complete : { ...complete, password: { value: password, forceChange: false } },
        ...(password !== undefined && { type: 'application/vnd.pingidentity.user.import+json' }),
      })) as User;
      if (enabled === undefined) return created;
      await management.send(`/users/${created.id}/enabled`, { method: 'PUT', body: { enabled } });
      return { ...created, enabled };
    },
    // PingOne has separate paths for these two and ignores them in the user itself.
    async change(id, { password, enabled, ...rest }) {
      if (password !== undefined)
        await management.send(`/users/${id}/password`, {
          method: 'PUT',
          body: { value: password, forceChange: false },
          type: 'application/vnd.pingidentity.password.set+json',
        });
      if (enabled !== undefined) await management.send(`/users/${id}/enabled`, { method: 'PUT', body: { enabled } });
      return rest;
    },
  });

/** External identity providers; `post` and `put` are those of the environment's control API. */
export function createIdentityProviders(
  management: Management,
  control: (method: 'POST' | 'PUT', path: string, body: object) => Promise<unknown>,
): MockIdentityProviders {
  const providers = collectionOf<IdentityProvider, NewIdentityProvider>(management, {
    kind: 'identityProviders',
    nameOf: ({ name }) => name,
    async create({ from, population, offered, playedBy, ...members }, count) {
      const { name = `Provider ${count}` } = members;
      const others = { population, offered };
      const made = (
        from === undefined
          ? await management.send('/identityProviders', { method: 'POST', body: { enabled: true, ...members, name } })
          : await control('POST', '/identity-providers', {
              from: typeof from === 'string' ? from : from.environmentId,
              ...(members.name !== undefined && { name }),
              ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)),
            })
      ) as IdentityProvider;
      if (playedBy !== undefined) await control('PUT', `/identity-providers/${made.id}/player`, { playedBy });
      return (await management.send(`/identityProviders/${made.id}`)) as IdentityProvider;
    },
  });
  const { create, list, get, delete: remove } = providers;
  return { create, list, get, delete: remove };
}
