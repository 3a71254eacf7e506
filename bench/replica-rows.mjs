// The rows of replicas.mjs.
import { median, quantile, repeat } from './client.mjs';
import { startCountingProxy } from './counting-proxy.mjs';
import { inTurn, startFleet } from './fleet.mjs';
import { ask, flow, passwordFlow, redemption, workerToken } from './jobs.mjs';
import { ratiosOf } from './measure.mjs';
import { fillUsers, middleOf } from './redis-users.mjs';
import { lineOf } from './table.mjs';

const environment = 'e0000000-0000-4000-8000-000000000001';
const web = 'a0000000-0000-4000-8000-000000000004';
const management = `/v1/environments/${environment}`;

/** CPU of the mock and of Redis for a flow, and flows a second: fleets over one process in memory, a round of each in turn. */
export async function* flows(redis, { rounds, warm, flows: count, replicas }) {
  const memory = await startFleet();
  const sides = [{ name: 'in memory', fleet: memory, figures: [] }];
  for (const number of replicas)
    for (const [kind, address] of Object.entries(redis.addresses)) {
      const fleet = await startFleet(address, number).catch((error) => {
        // An older build knows no Unix sockets.
        if (kind === 'TCP') throw error;
      });
      if (fleet) sides.push({ name: `${number} replica${number === 1 ? '' : 's'}, ${kind}`, fleet, figures: [] });
    }
  const jobs = sides.map(
    ({ fleet }) =>
      () =>
        flow(inTurn(fleet)),
  );
  for (const [at, { fleet }] of sides.entries()) await repeat(warm * fleet.replicas.length, 16, jobs[at]);
  for (let round = 0; round < rounds; round += 1)
    for (const [at, { fleet, figures }] of sides.entries()) {
      const [before, redisBefore] = [fleet.cpu(), redis.cpu()];
      const seconds = await repeat(count, 16, jobs[at]);
      const figure = { cpu: (fleet.cpu() - before) / count, redis: (redis.cpu() - redisBefore) / count, rate: count / seconds };
      figures.push(figure);
    }
  const [alone, ...fleetsOf] = sides;
  for (const { name, fleet, figures } of fleetsOf) {
    const ratio = ratiosOf([figures, alone.figures], 'cpu');
    const ofRedis = median(figures.map((figure) => figure.redis));
    yield lineOf(`CPU of a flow, ${name}`, ratio, { target: '<= 1.25' });
    const rates = lineOf(`flows a second, ${name}`, ratiosOf([figures, alone.figures], 'rate'), { unit: '/s' });
    const megabytes = fleet.replicas.map((replica) => replica.memory().toFixed(0)).join(', ');
    yield { ...rates, more: `${rates.more}; Redis ${ofRedis.toFixed(3)} ms a flow; ${megabytes} MB` };
  }
  for (const { fleet } of sides) await fleet.stop();
}

/** What a flow of each kind asks of Redis, one after another on two replicas in turn: counted between them and Redis. */
export async function* counts(redis, { flows: count }) {
  const proxy = await startCountingProxy(redis.port);
  const kinds = [
    { name: 'signed on already', autoLogin: 'alice', cookie: async (send) => (await flow(send)).cookie, job: flow },
    { name: 'a new session each time', autoLogin: 'alice', job: flow },
    { name: 'password, through the flows API', autoLogin: '', job: (send) => passwordFlow(send) },
  ];
  for (const { name, autoLogin, cookie: begin, job } of kinds) {
    const fleet = await startFleet(proxy.url, 2, { autoLogin });
    const send = inTurn(fleet);
    const cookie = await begin?.(send);
    // Beyond the sessions that a user may have: from then on, each one ends another.
    await repeat(30, 1, () => job(send, cookie));
    const [before, counted] = [await redis.numbers(), { ...proxy.counts }];
    await repeat(count, 1, () => job(send, cookie));
    const after = await redis.numbers();
    const per = (member) => (proxy.counts[member] - counted[member]) / count;
    const calls = (key) => ((after[key] ?? 0) - (before[key] ?? 0)) / count;
    const all = Object.keys(after).filter((key) => /^cmdstat_.*:calls$/.test(key));
    const inScripts = all.filter((key) => !/_(eval|evalsha):/.test(key)).reduce((sum, key) => sum + calls(key), 0);
    const commands = calls('cmdstat_evalsha:calls') + calls('cmdstat_eval:calls');
    const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
    yield { name: `commands: ${name}`, figure: commands.toFixed(1), target: '<= 12', more: `their scripts call ${inScripts.toFixed(0)}` };
    yield { name: `round trips: ${name}`, figure: per('roundTrips').toFixed(1), target: '<= 6' };
    yield {
      name: `kB: ${name}`,
      figure: kilobytes(per('sent') + per('received')),
      more: `${kilobytes(per('sent'))} sent, ${kilobytes(per('received'))} received`,
    };
    await fleet.stop();
  }
  proxy.stop();
}

/** Each code is redeemed by 2 to 20 requests at once, on different replicas. */
export async function* codes(redis, { codes: count }) {
  const fleet = await startFleet(redis.addresses.TCP, 2);
  const { cookie } = await flow(fleet.clients[0]);
  const wins = [];
  let requests = 0;
  await repeat(count, 20, async () => {
    const { request } = await redemption(fleet.clients[0], cookie);
    const tries = 2 + Math.floor(Math.random() * 19);
    requests += tries;
    const answers = await Promise.all(Array.from({ length: tries }, (_none, at) => fleet.clients[at % 2](request)));
    wins.push(answers.filter(({ status }) => status === 200).length);
  });
  const right = wins.filter((number) => number === 1).length;
  yield {
    name: `codes with one winner, of ${count.toLocaleString('en')}`,
    figure: right.toLocaleString('en'),
    target: count.toLocaleString('en'),
    more: `${requests.toLocaleString('en')} requests to 2 replicas`,
  };
  await fleet.stop();
}

const asWorker = async (send, request) => ({
  ...request,
  headers: { authorization: `Bearer ${await workerToken(send)}`, ...request.headers },
});

/** Reads in an environment with very many users over the same in one with few: CPU of mock and Redis together. */
export async function* users(redis, { rounds, few, users: many, reads }) {
  const fleetsOf = [];
  for (const count of [many, few]) {
    const fleet = await startFleet(redis.addresses.TCP, 1);
    await fillUsers(redis, fleet, count);
    fleetsOf.push({ fleet, send: fleet.clients[0], next: await middleOf(redis, fleet, count) });
  }
  const someone = () => Math.floor(Math.random() * few * 0.9);
  const filtered = (filter) => `${management}/users?filter=${encodeURIComponent(filter)}`;
  const paths = {
    'username eq': () => filtered(`username eq "user${someone()}"`),
    'email eq': () => filtered(`email eq "user${someone()}@example.com"`),
    'first page of 100': () => `${management}/users?limit=100`,
    'a page of 100 in the middle': ({ next }) => next,
  };
  for (const [name, pathOf] of Object.entries(paths)) {
    const jobs = [];
    for (const side of fleetsOf) {
      const { headers } = await asWorker(side.send, {});
      jobs.push(() => ask(side.send, { path: pathOf(side), headers }));
    }
    const figures = [[], []];
    for (const job of jobs) await repeat(reads, 8, job);
    for (let round = 0; round < rounds; round += 1)
      for (const at of round % 2 ? [1, 0] : [0, 1]) {
        const used = () => fleetsOf[at].fleet.cpu() + redis.cpu();
        const before = used();
        await repeat(reads, 8, jobs[at]);
        figures[at].push({ cpu: (used() - before) / reads });
      }
    const label = `${name}, ${many.toLocaleString('en')} users over ${few.toLocaleString('en')}: CPU`;
    yield lineOf(label, ratiosOf(figures, 'cpu'), { target: '<= 1.10' });
  }
  for (const { fleet } of fleetsOf) await fleet.stop();
}

/** Asks again and again until the answer is a refusal; returns when the last request that was not refused had been sent. */
async function lastAccepted(send, request) {
  for (let last = 0; ; ) {
    const began = performance.now();
    if ((await send(request)).status >= 400) return last;
    last = began;
  }
}

/** How long other replicas go on with what one has changed: from the answer to the change until the last request that is not refused. */
async function* staleFor(name, changes, change) {
  const late = [];
  for (let number = 0; number < changes; number += 1) late.push(await change(number));
  const milliseconds = (part) => quantile(late, part).toFixed(1);
  const more = `ms, 3 replicas; 95 % within ${milliseconds(0.95)}, all within ${milliseconds(1)}`;
  yield { name, figure: milliseconds(0.5), quartiles: `${milliseconds(0.25)} to ${milliseconds(0.75)}`, target: '< 100', more };
}

export async function* staleness(redis, { changes }) {
  const fleet = await startFleet(redis.addresses.TCP, 3, { autoLogin: '' });
  const [here, ...others] = fleet.clients;
  const call = async (method, path, body) => {
    // So that a user is created with a password.
    const type = 'application/vnd.pingidentity.user.import+json';
    const { headers } = await asWorker(here, { headers: body && { 'content-type': type } });
    return ask(here, { method, path, headers, body: body && JSON.stringify(body) });
  };
  /** What the others accept before a change, and refuse after it. */
  const lateness = async (request, make) => {
    for (const send of others) await ask(send, request);
    const accepted = others.map((send) => lastAccepted(send, request));
    await make();
    const changed = performance.now();
    return Math.max(0, Math.max(...(await Promise.all(accepted))) - changed);
  };

  yield* staleFor('a rotated secret', changes, async () => {
    const { secret } = JSON.parse((await call('GET', `${management}/applications/${web}/secret`)).text);
    const authorization = `Basic ${Buffer.from(`${web}:${secret}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', path: `/${environment}/as/introspect`, headers, body: 'token=none' };
    return lateness(request, () => call('POST', `${management}/applications/${web}/secret`));
  });

  const { text } = await call('GET', `${management}/populations`);
  const population = JSON.parse(text)._embedded.populations[0];
  yield* staleFor('a deleted user', changes, async (number) => {
    const user = { username: `gone${number}`, email: `gone${number}@example.com`, population: { id: population.id } };
    const password = { value: 'Gone-Passw0rd-1' };
    const { id } = JSON.parse((await call('POST', `${management}/users`, { ...user, password })).text);
    const { tokens } = await passwordFlow(here, user.username, password.value);
    const request = { path: `/${environment}/as/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } };
    return lateness(request, () => call('DELETE', `${management}/users/${id}`));
  });
  await fleet.stop();
}
