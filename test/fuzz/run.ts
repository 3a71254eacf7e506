// Sends random requests, and demands of each an answer without a fault:
//   npm run test:fuzz -- [--requests N] [--seed N] [--in-process] [--lanes N] [--only NUMBER] [--minutes N] [--routes]
// The corpus of what once failed goes first. README.md says what is sent.
import { parseArgs } from 'node:util';
import { authorizationRequest } from './authorization.js';
import { type Chance, createChance } from './chance.js';
import { type Item, keepCase, readCorpus } from './corpus.js';
import { createCoverage } from './coverage.js';
import { describedRequest, managementToken, operationsOf } from './described.js';
import { changedEnvironmentId } from './environment.js';
import { planJourney, travel } from './journeys.js';
import { wrongWith } from './judge.js';
import { malformedMessage, statusesOf } from './malformed.js';
import { pageRequest, pagesOf } from './pages.js';
import { Places } from './places.js';
import type { FuzzAnswer, FuzzRequest } from './request.js';
import { openSession } from './session.js';
import type { Stock } from './stock.js';
import { Seen } from './values.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    lanes: { type: 'string', default: '8' },
    only: { type: 'string' },
    minutes: { type: 'string' },
    'in-process': { type: 'boolean', default: false },
    routes: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.requests);
const lanes = values.only === undefined ? Number(values.lanes) : 1;
const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
const inProcess = values['in-process'];
const say = (line: string) => process.stdout.write(`${line}\n`);

let stock: Stock | undefined;
let places: Places | undefined;
const session = await openSession({
  inProcess,
  lanes,
  made: (made) => {
    stock = made;
    places?.learnStock(made);
  },
});
const operations = operationsOf((await session.openApi()) as Parameters<typeof operationsOf>[0]);
const routes = await session.routes();
const seen = new Seen();
const coverage = createCoverage(routes);
const pages = pagesOf(routes, operations);
places = new Places([...operations, ...pages]);
if (stock) places.learnStock(stock);
const target = { environmentId: changedEnvironmentId, seen, places };
say(`seed ${values.seed}, ${inProcess ? 'in process' : `over ${lanes} sockets`}`);

let sent = 0;
const classes = new Map<string, number>();
const failures: string[] = [];
const count = (status: number) => {
  sent += 1;
  const name = `${Math.floor(status / 100)}xx`;
  classes.set(name, (classes.get(name) ?? 0) + 1);
};

const fail = (name: string, item: Item | undefined, why: string) => {
  failures.push(why);
  if (failures.length <= 20) say(`item ${name}: ${why}${item ? `, kept as ${keepCase(item, why)}` : ''}`);
};
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => fail('unknown', undefined, `${event}: ${error instanceof Error ? error.stack : String(error)}`));

async function send(request: FuzzRequest): Promise<FuzzAnswer> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value.replace(managementToken, `Bearer ${session.token()}`)]),
  );
  const answer = await session.send({ ...request, headers });
  count(answer.status);
  coverage.note(request.method, request.path, answer.status);
  seen.note(answer.body);
  if (answer.status === 404 || (request.method === 'DELETE' && answer.status === 204)) places?.forget(request.path);
  else if (answer.status >= 200 && answer.status < 300) places?.learn(request.method, request.path, answer.body);
  const wrong = wrongWith(request, answer);
  if (wrong !== undefined) throw new Error(`${request.method} ${request.path.slice(0, 300)} ${wrong}: ${answer.body.slice(0, 300)}`);
  return answer;
}

async function attempt(name: string, item: Item): Promise<void> {
  try {
    if ('request' in item) await send(item.request);
    else if ('plan' in item) await travel(item.plan, send);
    else if (session.sendBytes) {
      const answer = await session.sendBytes(item.bytes);
      const statuses = statusesOf(answer);
      for (const status of statuses.length > 0 ? statuses : [0]) count(status);
      // Versions and codings that the server does not know are refused with these (RFC 9110 §15.6).
      if (statuses.some((status) => status >= 500 && status !== 501 && status !== 505))
        throw new Error(`bytes answered ${answer.slice(0, 300)}`);
    }
    const [complaint] = session.complaints();
    if (complaint !== undefined) throw new Error(`the log says: ${complaint.slice(0, 600)}`);
  } catch (error) {
    fail(name, item, error instanceof Error ? error.message : String(error));
  }
}

/** The item of a number: the same for the same seed. */
function itemOf(chance: Chance): Item {
  const kind = chance.below(100);
  if (kind < 8 && session.sendBytes) return { bytes: malformedMessage(chance) };
  if (kind < 20) return { plan: planJourney(chance) };
  if (kind < 55) return { request: authorizationRequest(seen, chance) };
  if (kind < 60) return { request: pageRequest(pages, target, chance) };
  return { request: describedRequest(operations, target, chance) };
}

const corpus = readCorpus();
for (const [at, { why: _, ...item }] of corpus.entries()) await attempt(`${at + 1} of the corpus`, item);
say(`the corpus: ${corpus.length} cases`);

const begun = Date.now();
const every = 100_000;
let number = Number(values.only ?? 0);
let tended = { at: sent, whole: sent };
let told = every;
let tending: Promise<void> | undefined;

/** Makes the environments again now and then; the other lanes wait for it. */
function tend(): Promise<void> | undefined {
  if (tending || sent - tended.at < 500) return tending;
  const whole = sent - tended.whole >= 10_000;
  tended = { at: sent, whole: whole ? sent : tended.whole };
  tending = session.tend(whole).finally(() => {
    tending = undefined;
  });
  return tending;
}

async function lane(): Promise<void> {
  while (sent < wanted && Date.now() < until && failures.length < 1000) {
    await tend();
    const mine = number;
    number += 1;
    await attempt(String(mine), itemOf(createChance(values.seed, mine)));
    if (values.only !== undefined) return;
    if (sent < told) continue;
    say(`${told} requests, ${Math.round((Date.now() - begun) / 1000)} s, ${Math.round(process.memoryUsage().rss / 1_048_576)} MB`);
    told += every;
  }
}
await Promise.all(Array.from({ length: lanes }, lane));

const { neverSucceeded, neverRefused } = coverage.missing();
await session.close();
// What was rejected meanwhile is reported after this turn.
await new Promise((resolve) => setImmediate(resolve));
const shares = [...classes].toSorted().map(([name, many]) => `${many} ${name === '0xx' ? 'closed' : name}`);
say(`${sent} requests in ${Math.round((Date.now() - begun) / 1000)} s: ${shares.join(', ')}; ${failures.length} failed`);
if (values.routes) for (const line of coverage.table()) say(line);
const listed = (names: readonly string[]) =>
  names.length === 0 ? 'none' : `${names.length}${names.map((name) => `\n  ${name}`).join('')}`;
say(`routes that were never answered with success: ${listed(neverSucceeded)}`);
say(`routes that refused nothing: ${listed(neverRefused)}`);
process.exitCode = failures.length === 0 && sent > 0 ? 0 : 1;
