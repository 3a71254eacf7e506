import type { TransactionBody } from '../control/transaction-body.js';
import { createRandom, type Random } from '../lib/random.js';
import { authorizeAsClient } from './authorize.js';
import { call, toQuery } from './calls.js';
import { checkup } from './checkup.js';
import { brokenPkceBody, checkOptions, claimsRuleBody, faultBody, requestQuery, tokenBody } from './control-bodies.js';
import { toMilliseconds, toMoment } from './durations.js';
import { createApps, createIdentityProviders, createManagement, createUsers } from './management.js';
import { MockError } from './mock-error.js';
import type { Transport } from './transport.js';
import type {
  IssuedTokens,
  IssueTokenOptions,
  MockClock,
  MockDevices,
  MockRequests,
  MockTransactions,
  OutboxMessage,
  RemoteEnvironment,
  SignOnOptions,
  TransactionFilter,
  WaitingPush,
} from './types.js';
import { type EnvironmentContents, variablesOf } from './variables.js';

const longestPollMilliseconds = 20_000;

/** Repeats a long poll until it finds something or the time is up. */
async function poll<T>(timeout: number, ask: (wait: string) => Promise<T | undefined>): Promise<T | undefined> {
  for (let left = timeout; ; left -= longestPollMilliseconds) {
    const found = await ask(`${Math.max(0, Math.min(left, longestPollMilliseconds))}ms`);
    if (found !== undefined || left <= longestPollMilliseconds) return found;
  }
}

function createTransactions(transport: Transport, base: string): MockTransactions {
  const list = async (filter: TransactionFilter & { wait?: string } = {}) =>
    ((await call(transport, `${base}/transactions${toQuery({ ...filter })}`)) as { transactions: TransactionBody[] }).transactions;
  return {
    list,
    get: async (id) => (await call(transport, `${base}/transactions/${encodeURIComponent(id)}`)) as TransactionBody,
    async waitFor(filter = {}, options = {}) {
      checkOptions('transactions.waitFor', options);
      const { timeout = '5s' } = options;
      const found = await poll(toMilliseconds(timeout), async (wait) => (await list({ ...filter, wait }))[0]);
      if (found) return found;
      const seen = (await list())
        .slice(0, 5)
        .map(({ app, user, state, error }) => `${app?.name ?? 'unknown app'} ${user ?? ''} ${state} ${error ?? ''}`);
      throw new MockError(`no transaction with ${JSON.stringify(filter)} within ${timeout}`, {
        code: 'timeout',
        fix:
          seen.length === 0 ? 'there are no transactions at all: does the application use this issuer?' : `the newest: ${seen.join('; ')}`,
      });
    },
    clear: async () => void (await call(transport, `${base}/transactions`, { method: 'DELETE' })),
  };
}

function createRequests(transport: Transport, base: string): MockRequests {
  type Recorded = Awaited<ReturnType<MockRequests['filter']>>;
  const list = async (query: object) => ((await call(transport, `${base}/requests${toQuery(query)}`)) as { requests: Recorded }).requests;
  return {
    filter: async (filter = {}) => list(requestQuery(filter)),
    last: async (endpoint) => (await list({ endpoint, limit: 1 })).at(-1),
    async waitFor(filter = {}, options = {}) {
      checkOptions('requests.waitFor', options);
      const { timeout = '5s', count = 1 } = options;
      const found = await poll(toMilliseconds(timeout), async (wait) => {
        const requests = await list({ ...requestQuery(filter), wait, count });
        return requests.length >= count ? requests : undefined;
      });
      if (found) return found;
      throw new MockError(`fewer than ${count} requests with ${JSON.stringify(filter)} within ${timeout}`, {
        code: 'timeout',
        fix: `${(await list(requestQuery(filter))).length} requests match, of ${(await list({})).length} in all`,
      });
    },
    clear: async () => void (await call(transport, `${base}/requests`, { method: 'DELETE' })),
  };
}

function createDevices(transport: Transport, base: string): MockDevices {
  const path = `${base}/push-requests`;
  const pushes: MockDevices['pushes'] = async (options = {}) => {
    checkOptions('devices.pushes', options);
    const query = toQuery({ wait: options.wait === undefined ? undefined : `${toMilliseconds(options.wait)}ms` });
    return ((await call(transport, `${path}${query}`)) as { requests: WaitingPush[] }).requests;
  };
  const decide = async (body: { approve: boolean; number?: string }, given: string | undefined) => {
    const id = given ?? (await pushes({ wait: '5s' })).at(-1)?.id;
    if (id === undefined)
      throw new MockError('no push request is waiting for a phone', {
        code: 'timeout',
        fix: 'the sign-on has to reach PUSH_CONFIRMATION_REQUIRED first: pair a phone with devices.pair()',
      });
    await call(transport, `${path}/${encodeURIComponent(id)}`, { method: 'POST', body });
  };
  return {
    pushes,
    async approve(options = {}) {
      checkOptions('devices.approve', options);
      const { id, number } = options;
      await decide({ approve: true, ...(number !== undefined && { number }) }, id);
    },
    async deny(options = {}) {
      checkOptions('devices.deny', options);
      await decide({ approve: false }, options.id);
    },
    async pair(pairingKey, options = {}) {
      checkOptions('devices.pair', options);
      const body = { pairing_key: pairingKey, ...options };
      return (await call(transport, `${base}/devices`, { method: 'POST', body })) as { id: string; user: { id: string } };
    },
  };
}

function createClockOf(transport: Transport, base: string): MockClock {
  const change = async (body: object) => void (await call(transport, `${base}/clock`, { method: 'PUT', body }));
  return {
    advance: (duration) => change({ advance: `${toMilliseconds(duration)}ms` }),
    set: (moment) => change({ set: new Date(toMoment(moment)).toISOString() }),
    freeze: (moment) => change({ freeze: true, ...(moment !== undefined && { set: new Date(toMoment(moment)).toISOString() }) }),
    reset: async () => void (await call(transport, `${base}/clock`, { method: 'DELETE' })),
    now: async () => new Date(((await call(transport, `${base}/clock`)) as { now: string }).now),
  };
}

/** An environment behind its control API, over any transport. */
export function createRemoteEnvironment(
  transport: Transport,
  contents: EnvironmentContents,
  random: Random = createRandom(),
): RemoteEnvironment {
  const { id, issuer, discovery } = contents;
  const base = `/__mock/v1/environments/${id}`;
  const management = createManagement(transport, id);
  const [apps, users] = [createApps(management), createUsers(management, random)];
  const identityProviders = createIdentityProviders(management, (method, path, body) =>
    call(transport, `${base}${path}`, { method, body }),
  );
  const post = (path: string, body: object = {}) => call(transport, `${base}${path}`, { method: 'POST', body });

  const signOn: RemoteEnvironment['signOn'] = async (authorizeUrl, user, options = {}) => {
    if (authorizeUrl === undefined || authorizeUrl === null || user === undefined || user === null)
      throw new MockError('signOn: expected the URL of an authorization request, and who signs on', {
        code: 'value_refused',
        fix: "signOn(url, 'alice'), or signOn(url, { deny: true })",
      });
    const given = (typeof user === 'object' && !('id' in user) ? user : options) as SignOnOptions;
    checkOptions('signOn', given);
    const { deny = false, ...factor } = given;
    const username = typeof user === 'string' ? user : 'id' in user ? user.id : undefined;
    const answer = await post('/sign-on', { authorize_url: String(authorizeUrl), username, deny, ...factor });
    const { callback_url: callback, form } = answer as { callback_url: string; form?: Record<string, string> };
    // A form_post callback is returned as a URL with a query, so that it fits one text.
    return form === undefined ? callback : `${callback}${callback.includes('?') ? '&' : '?'}${new URLSearchParams(form)}`;
  };
  const issueTokens = async (options: IssueTokenOptions = {}) => (await post('/tokens', tokenBody(options))) as IssuedTokens;
  const firstApp = () => contents.applications.find(({ type }) => type !== 'WORKER' && type !== 'SERVICE')?.id;

  return {
    environmentId: id,
    issuer,
    discovery,
    env: variablesOf(transport.url, contents),
    issueTokens,
    async issueToken(options) {
      // An access token has no nonce, so it would be entirely valid.
      if (options?.invalid === 'nonce')
        throw new MockError('issueToken: an access token has no nonce that could be wrong', {
          code: 'value_refused',
          fix: "take the id_token of issueTokens({ sub, invalid: 'nonce' })",
        });
      return (await issueTokens(options)).access_token;
    },
    apps,
    users,
    identityProviders,
    managementToken: management.token,
    signOn,
    async authorize(options = {}) {
      checkOptions('authorize', options);
      return authorizeAsClient(
        {
          transport,
          issuer,
          random,
          signOn,
          async findApp(idOrName = firstApp()) {
            return idOrName === undefined
              ? ((await apps.list()).find(({ redirectUris }) => redirectUris) ?? apps.get('an application with redirectUris'))
              : apps.get(idOrName);
          },
          async findUser(idOrName) {
            if (idOrName !== undefined) return { id: idOrName };
            const [first = (await users.list())[0]] = contents.users;
            return first ?? users.get('any');
          },
        },
        options,
      );
    },
    failNext: async (endpoint, fault) => void (await post('/faults', faultBody(endpoint, fault))),
    breakPkce: async (pkce, options) => void (await post('/faults', brokenPkceBody(pkce, options))),
    clearFaults: async () => void (await call(transport, `${base}/faults`, { method: 'DELETE' })),
    addRule: async (rule) => void (await post('/rules', claimsRuleBody(rule))),
    async rotateKeys(options = {}) {
      checkOptions('rotateKeys', options);
      return (await post('/keys/rotate', { keep_old: options.keepOld ?? true })) as { kid: string; kids: string[] };
    },
    async checkup(options) {
      checkOptions('checkup', options);
      return checkup(transport, { id, issuer }, options);
    },
    clock: createClockOf(transport, base),
    transactions: createTransactions(transport, base),
    requests: createRequests(transport, base),
    devices: createDevices(transport, base),
    async outbox(options = {}) {
      checkOptions('outbox', options);
      const { to, wait } = options;
      const query = toQuery({ to, wait: wait === undefined ? undefined : `${toMilliseconds(wait)}ms` });
      return ((await call(transport, `${base}/outbox${query}`)) as { messages: OutboxMessage[] }).messages;
    },
    reset: async () => void (await post('/reset')),
    delete: async () => void (await call(transport, base, { method: 'DELETE' })),
  };
}
