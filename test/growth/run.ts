// Sends every endpoint the largest input that it reads and half of it, in its worst forms, and demands that the work grows no
// faster than the input:
//   npm run test:growth -- [--minutes N] [--seed N] [--only TEXT] [--form TEXT] [--hide-secrets] [--floor N] [--top N] [--stored N]
// With --stored, a server that holds N items of each kind is compared with one that holds half of them. With --minutes, as many inputs of every endpoint as fit, chosen by the seed; without it, all of them.
import { parseArgs } from 'node:util';
import type { Test } from 'tap';
import { createSeededRandom } from '../../src/lib/random.js';
import { as, basic, post } from '../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';
import type { Input, Sent } from './inputs.js';
import { least, type Measured, measure, processCpu, type Work } from './measure.js';
import { seedOf, signOnOften, storedRequests } from './stored.js';
import { type Target, targetFinder } from './targets.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', default: '' },
    form: { type: 'string', default: '' },
    'hide-secrets': { type: 'boolean', default: false },
    floor: { type: 'string', default: '10' },
    top: { type: 'string', default: '15' },
    stored: { type: 'string' },
    most: { type: 'string' },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const random = createSeededRandom(values.seed);
const hideSecrets = values['hide-secrets'];

/**
 * In token requests. The short form runs beside other programs, which slow a long request more than the shortest of many token
 * requests: it allows twice as much.
 */
const mostRequests = Number(values.most ?? (values.minutes === undefined ? 50 : 100));
const floorRequests = Number(values.floor);
const allowedRatio = 2.5;

const ends: (() => unknown)[] = [];
async function freshServer(): Promise<TestServer> {
  for (const end of ends.splice(0)) await end();
  return buildTestServer({ teardown: (end: () => unknown) => void ends.push(end) } as unknown as Test, { hideSecrets });
}

async function tokenRequest(): Promise<number> {
  const { app } = await freshServer();
  const work: Work = async () => async () => {
    const { statusCode } = await post(
      app,
      `${as}/token`,
      { grant_type: 'client_credentials' },
      { authorization: basic(ids.worker, 'worker-secret') },
    );
    if (statusCode !== 200) throw new Error(`the token request was answered with ${statusCode}`);
  };
  return least(work, 0, processCpu, 300);
}

/** The size at which an input is as large as its limit. */
function largestOf({ limit, build }: Input): number {
  const bytes = ({ path = '', query = '', headers = {}, payload = '' }: Sent) =>
    limit > 100_000
      ? Buffer.byteLength(payload)
      : path.length + query.length + Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  let size = limit;
  for (let round = 0; round < 20; round += 1) {
    const built = bytes(build(size));
    if (built <= limit) return size;
    size = Math.floor(Math.min(size - 1, (size * limit) / built));
  }
  return size;
}

const isEndless = (target: Target): boolean => /\/events$/.test(target.route.url);

async function examine(
  { app }: TestServer,
  target: Target,
  input: Input,
  bounds: { floor: number; most: number },
): Promise<Measured & { status: number }> {
  let status = 0;
  const work: Work = async (size) => {
    await target.prepare();
    const { path = target.usual.url as string, query, headers, payload } = input.build(size);
    const request = {
      ...target.usual,
      url: query === undefined ? path : `${path}?${query}`,
      headers: { ...target.usual.headers, ...headers },
      ...(payload !== undefined && { payload }),
    };
    return async () => {
      const answer = await app.inject({ ...request, payloadAsStream: true });
      status = answer.statusCode;
      if (isEndless(target)) answer.stream().destroy();
      else for await (const _ of answer.stream());
      if (hideSecrets)
        await app.inject({ url: `/__mock/v1/environments/${environmentId}/requests?limit=1`, headers: { host: 'localhost:9400' } });
    };
  };
  return { ...(await measure(work, largestOf(input), { ...bounds, ratio: allowedRatio })), status };
}

interface Found extends Measured {
  readonly target: string;
  readonly input: string;
  readonly status: number;
}

const requestCost = await tokenRequest();
const bounds = { floor: floorRequests * requestCost, most: mostRequests * requestCost };
const milliseconds = (of: number) => (of / 1000).toFixed(1);
say(`seed ${values.seed}`);
say(`a token request takes ${milliseconds(requestCost)} ms of CPU; below ${floorRequests} of them nothing is judged`);

const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
const found: Found[] = [];
const line = ({ target, input, largest, half, ratio, status }: Found): string =>
  `${(largest / requestCost).toFixed(1).padStart(6)} token requests, ${milliseconds(largest)} ms, half ${half === undefined ? '-' : milliseconds(half)}, ratio ${ratio?.toFixed(2) ?? '-'}: ${target}, ${input} (${status})`;

let measured = 0;
async function examineAll(server: TestServer, target: Target, inputs: readonly Input[]): Promise<void> {
  for (const input of inputs) {
    if (Date.now() > until) return;
    const result: Found = { ...(await examine(server, target, input, bounds)), target: target.name, input: input.name };
    measured += 1;
    found.push(result);
    if (result.status >= 500 || result.failed) say(`FAILED ${line(result)}`);
  }
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, by: random.bytes(4).readUInt32BE() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);

/** Compares a server that holds so many items of each kind with one that holds half of them. */
async function examineStored(count: number): Promise<void> {
  const holding = async (many: number) => {
    const server = await buildTestServer({ teardown: (end: () => unknown) => void ends.push(end) } as unknown as Test, {
      hideSecrets,
      config: seedOf(many),
    });
    await signOnOften(server.app, many / 10);
    return { app: server.app, requests: new Map((await storedRequests(server)).map((request) => [request.name, request])) };
  };
  const [whole, half] = [await holding(count), await holding(Math.floor(count / 2))];
  say(`${whole.requests.size} requests to a server that holds ${count} items of each kind`);
  for (const { name, status: expected } of whole.requests.values()) {
    if (Date.now() > until) return;
    if (!name.includes(values.only) || !half.requests.has(name)) continue;
    let wrong: number | undefined;
    const work: Work = async (size) => {
      const { app, requests } = size > count / 2 ? whole : half;
      const request = requests.get(name)?.next();
      return async () => {
        const { statusCode } = await app.inject(request ?? {});
        // A list may not have that filter or that order; what is removed may be held by something.
        if (statusCode !== expected && (statusCode !== 400 || request?.method !== undefined)) wrong = statusCode;
      };
    };
    const result: Found = {
      ...(await measure(work, count, { ...bounds, ratio: allowedRatio })),
      target: name,
      input: `${count} items`,
      status: wrong ?? expected,
    };
    measured += 1;
    found.push(result);
    if (wrong !== undefined) say(`  ${name} was answered with ${wrong}`);
    if (result.status >= 500 || result.failed) say(`FAILED ${line(result)}`);
  }
}

const fits = ({ name }: Input) => name.includes(values.form);
const routes = (await (await freshServer()).app.describedRoutes()).filter(({ method, url }) => `${method} ${url}`.includes(values.only));
const short = values.minutes !== undefined;
if (values.stored !== undefined) await examineStored(Number(values.stored));
else
  for (let round = 0; round === 0 || (short && Date.now() < until); round += 1)
    for (const route of short ? shuffled(routes) : routes) {
      if (Date.now() > until) break;
      const server = await freshServer();
      const targets = await (await targetFinder(server))(route);
      const chosen = short ? shuffled(targets).slice(0, 1) : targets;
      for (const target of chosen) {
        const inputs = target.inputs.filter(fits);
        if (!short && target.reaches !== undefined && target.reaches >= 400)
          say(`  the usual body of ${target.name} is answered with ${target.reaches}`);
        await examineAll(server, target, short ? shuffled(inputs).slice(0, 4) : inputs);
      }
    }

const worst = [...found].sort((a, b) => b.largest - a.largest).slice(0, Number(values.top));
const steepest = found
  .filter(({ ratio }) => ratio !== undefined)
  .sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0))
  .slice(0, Number(values.top));
say(`${measured} inputs of ${routes.length} endpoints`);
say('the most work:');
for (const each of worst) say(line(each));
say('the fastest growth:');
for (const each of steepest) say(line(each));
const failures = found.filter(({ failed, status }) => failed || status >= 500);
say(`${failures.length} failed (allowed: ratio ${allowedRatio}, ${mostRequests} token requests)`);
for (const end of ends) await end();
process.exitCode = failures.length === 0 && measured > 0 ? 0 : 1;
