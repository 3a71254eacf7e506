import { once } from 'node:events';
import t from 'tap';
import { signOn, startFleet, startReplica } from '../../helpers/fleet.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly user?: string;
  readonly app?: { readonly name: string };
  readonly diagnosis?: { readonly code: string };
  readonly pkce?: { readonly match?: boolean };
  readonly steps: readonly {
    readonly n: number;
    readonly kind: string;
    readonly checks: readonly unknown[];
    readonly request?: { readonly url: string };
  }[];
}

t.test('three replicas record as one', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const [a, b, c] = (await startFleet(t, store)).map(({ url }) => url) as [string, string, string];
  const urls = [a, b, c];
  const environment = 'e0000000-0000-4000-8000-000000000001';
  const control = async <T>(url: string, path: string, init?: RequestInit): Promise<T> => {
    const answer = await fetch(`${url}/__mock/v1/environments/default/${path}`, {
      headers: { 'content-type': 'application/json' },
      ...init,
    });
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const transactionsAt = async (url: string, query = '') =>
    (await control<{ transactions: Shown[] }>(url, `transactions${query}`)).transactions;
  /** A sign-on of which each request goes to the next replica. */
  const signOnOverAll = () => {
    let at = 0;
    return signOn(() => urls[at++ % 3] as string);
  };
  /** What all replicas show, once it is so at each of them: an entry may come a moment after the answer. */
  const everywhere = async <T>(read: (url: string) => Promise<T>, isSo: (found: T) => unknown): Promise<T> => {
    let shown: T[] = [];
    await until(async () => {
      shown = await Promise.all(urls.map((url) => read(url)));
      return shown.every(isSo);
    });
    for (const found of shown.slice(1)) t.same(found, shown[0]);
    return shown[0] as T;
  };
  const clear = async () => {
    await control(a, 'transactions', { method: 'DELETE' });
    await control(a, 'requests', { method: 'DELETE' });
    await everywhere(transactionsAt, (found) => found.length === 0);
  };

  await t.test('a transaction that goes on at every replica is one, with all of its checks, at each of them', async (t) => {
    const answer = await (await signOnOverAll()).redeem(b);
    t.equal(answer.status, 200);
    const isWhole = (found: Shown[]) =>
      found[0]?.state === 'succeeded' &&
      ['authorize', 'login', 'code', 'tokens'].every((kind) => found[0]?.steps.some((step) => step.kind === kind));
    const [transaction, ...others] = (await everywhere(transactionsAt, isWhole)) as [Shown, ...Shown[]];
    t.same(others, []);
    t.match(transaction, { state: 'succeeded', user: 'alice', app: { name: 'Demo SPA' }, pkce: { match: true } });
    t.same(
      transaction.steps.map(({ n }) => n),
      transaction.steps.map((_, index) => index + 1),
    );
    const kinds = transaction.steps.map(({ kind }) => kind);
    for (const kind of ['login', 'code', 'pkce.compare', 'tokens']) t.ok(kinds.includes(kind), kind);

    await clear();
    await (await signOn(() => a)).redeem(a);
    const [single] = await everywhere(transactionsAt, isWhole);
    const counted = ({ steps }: Shown) => steps.map(({ kind, checks }) => `${kind} ${checks.length}`).sort();
    t.same(counted(single as Shown), counted(transaction), 'as of one server');
  });

  await t.test('a refusal is explained by what other replicas have recorded', async (t) => {
    await clear();
    const { redeem } = await signOnOverAll();
    const body = new URLSearchParams(await redeemBody(redeem));
    body.set('code_verifier', 'x'.repeat(43));
    await until(async () => (await transactionsAt(b))[0]?.state === 'code_issued');
    const answer = await fetch(`${b}/${environment}/as/token`, { method: 'POST', body });
    t.equal(answer.status, 400);
    t.match(answer.headers.get('x-mock-diagnosis'), /^different_verifier;/);
    t.match(await everywhere(transactionsAt, ([found]) => found?.state === 'failed'), [{ diagnosis: { code: 'different_verifier' } }]);
  });

  await t.test('a correlation id is found at any replica', async () => {
    await clear();
    const answer = await (await signOnOverAll()).redeem(c);
    const id = answer.headers.get('correlation-id') ?? '';
    const isOne = (found: Shown[]) => found.length === 1;
    await everywhere((url) => transactionsAt(url, `?correlationId=${id}`), isOne);
    await everywhere((url) => transactionsAt(url, `?search=${id}`), isOne);
    await everywhere(
      (url) => control<{ requests: { id: string }[] }>(url, 'requests?endpoint=token'),
      ({ requests }) => requests[0]?.id === id,
    );
  });

  await t.test('the records of a replica are gone when another one deletes them, also if it was never read', async (t) => {
    await clear();
    await (await signOn(() => b)).redeem(b);
    await control(a, 'transactions', { method: 'DELETE' });
    await control(a, 'requests', { method: 'DELETE' });
    await everywhere(transactionsAt, (found) => found.length === 0);
    await control(c, 'reset', { method: 'POST', body: '{}' });
    await (await signOn(() => b)).redeem(b);
    await control(c, 'reset', { method: 'POST', body: '{}' });
    await everywhere(transactionsAt, (found) => found.length === 0);
    t.pass();
  });

  await t.test('the use of a token is in the transaction that issued it', async (t) => {
    await clear();
    const { access_token: token } = (await (await (await signOn(() => a)).redeem(a)).json()) as { access_token: string };
    t.equal((await fetch(`${c}/${environment}/as/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status, 200);
    const found = await everywhere(transactionsAt, ([transaction]) => transaction?.steps.at(-1)?.kind === 'userinfo');
    t.equal(found.length, 1);
  });

  await t.test('requests are the same everywhere, in one order', async (t) => {
    await clear();
    for (let round = 0; round < 9; round += 1) await fetch(`${urls[round % 3]}/${environment}/as/jwks?round=${round}`);
    const { requests } = await everywhere(
      (url) => control<{ requests: { url: string }[] }>(url, 'requests'),
      (found) => found.requests.length === 9,
    );
    t.equal(new Set(requests.map(({ url }) => url)).size, 9);
  });

  await t.test('a client that waits at one replica hears of events at another', async (t) => {
    await clear();
    const waiting = transactionsAt(a, '?state=succeeded&wait=60s');
    const counting = control<{ count: number }>(a, 'requests/count?endpoint=token&wait=60s');
    await (await signOn(() => b)).redeem(c);
    t.equal((await waiting).length, 1);
    t.equal((await counting).count, 1);
  });

  await t.test('the live events of all are at each of them, and go on at another from the same number', async (t) => {
    await clear();
    const first = await listen(t, a, '');
    await (await signOn(() => b)).redeem(c);
    await until(() => first.events.some(({ data }) => (data as unknown as Shown).state === 'succeeded'));
    const { id } = first.events.at(-1) as Event;
    await (await signOn(() => c)).redeem(b);
    const later = await listen(t, b, `?lastEventId=${id}`);
    await until(() => later.events.some(({ data }) => (data as unknown as Shown).state === 'succeeded'));
    t.equal(new Set(later.events.map(({ data }) => data.id)).size, 1, 'only what came after it');
    await control(c, 'transactions', { method: 'DELETE' });
    await until(() => first.events.some(({ name }) => name === 'forgotten'));
    await everywhere(transactionsAt, (found) => found.length === 0);
  });

  await t.test('audit events are the same everywhere, and their pages go on at another replica', async (t) => {
    const { access_token: token } = await control<{ access_token: string }>(a, 'management-token', { method: 'POST', body: '{}' });
    const read = async (url: string, limit: number, cursor = '') => {
      const filter = encodeURIComponent('recordedat gt "2020-01-01T00:00:00Z" and recordedat lt "2200-01-01T00:00:00Z"');
      const answer = await fetch(`${url}/v1/environments/${environment}/activities?filter=${filter}&limit=${limit}${cursor}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()) as { _embedded: { activities: { id: string }[] }; _links: { next?: { href: string } }; count: number };
    };
    type Page = Awaited<ReturnType<typeof read>>;
    const ids = (found: Page) => found._embedded.activities.map(({ id }) => id);
    const newest = (url: string) => read(url, 100).then(ids);
    let before: string[] = [];
    // Each page is a request that makes no event, so they come to rest.
    const all = await everywhere(newest, (found) => {
      const isSame = found.length > 5 && found[0] === before[0];
      before = found;
      return isSame;
    });
    const page = await read(b, 3);
    const cursor = new URL(page._links.next?.href ?? 'none:').searchParams.get('cursor') ?? '';
    const next = await read(c, 3, `&cursor=${cursor}`);
    t.same([...ids(page), ...ids(next)], all.slice(0, 6));
  });

  await t.test('a replica that starts later has what was recorded before', async (t) => {
    await clear();
    await (await signOnOverAll()).redeem(c);
    const before = await everywhere(transactionsAt, ([found]) => found?.state === 'succeeded');
    const { url } = await startReplica(t, store);
    t.same(await transactionsAt(url), before);
  });

  await t.test('a request to no environment is shown by each', async (t) => {
    const answer = await fetch(`${b}/00000000-0000-4000-8000-000000000000/as/authorize`);
    const id = answer.headers.get('correlation-id');
    const read = async (url: string) =>
      (await (await fetch(`${url}/__mock/v1/transactions?correlationId=${id}`)).json()) as { transactions: object[] };
    const { transactions } = await everywhere(read, (found) => found.transactions.length === 1);
    t.match(transactions, [{ diagnosis: { code: 'unknown_environment' } }]);
  });
});

/** What a redemption would send. */
async function redeemBody(redeem: (at?: string) => Promise<Response>): Promise<string> {
  const { createServer } = await import('node:http');
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as { port: number };
    return await (await redeem(`http://127.0.0.1:${port}`)).text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

interface Event {
  readonly id: string;
  readonly name: string;
  readonly data: { readonly id?: string };
}

/** Follows the live events of a replica until the test ends. */
async function listen(t: { teardown: (work: () => void) => void }, url: string, query: string): Promise<{ readonly events: Event[] }> {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const { body } = await fetch(`${url}/__mock/v1/environments/default/events${query}`, { signal: stop.signal });
  const events: Event[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (id && name && data) events.push({ id, name, data: JSON.parse(data) as Event['data'] });
      }
    }
  };
  read().catch(() => {});
  return { events };
}
