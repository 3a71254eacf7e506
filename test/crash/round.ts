import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/lib/random.js';
import { endGroup } from '../helpers/child.js';
import { launch, launchReady } from '../package/command.js';
import { type Api, type Body, connect } from './api.js';
import type { Expectations, Look } from './expectations.js';

/** When a round is killed. */
export type Kill = 'under load' | 'in a fold' | 'in the start' | 'never';

/** Every third round ends in a fold, every third begins with starts that are killed. */
export const killsOf = (round: number): Kill => (['under load', 'in a fold', 'in the start'] as const)[(round - 1) % 3] as Kill;

interface Round {
  readonly folder: string;
  readonly writers: number;
  readonly writes: number;
  readonly random: Random;
  readonly expectations: Expectations;
  readonly kill: Kill;
  readonly round: number;
}

/** A number from 0 to below `end`. */
const below = (random: Random, end: number): number => random.bytes(4).readUInt32BE() % end;

const key = (name: string) => ({
  name,
  algorithm: 'EC',
  keyLength: 256,
  signatureAlgorithm: 'SHA256withECDSA',
  subjectDN: `CN=${name}, O=Example, C=US`,
  usageType: 'SIGNING',
  validityPeriod: 365,
  serialNumber: 7,
  issuerDN: `CN=${name}, O=Example, C=US`,
});
const application = (name: string) => ({
  name,
  enabled: true,
  type: 'WORKER',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['CLIENT_CREDENTIALS'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
});

const lookOfUser = (title: string, password: string) => `${title} with ${password}`;

/** Works until the server is gone: makes, replaces and deletes users, gives them passwords, and makes what else has parts. */
async function write({ random, expectations, round }: Round, api: Api, writer: number, acknowledge: () => void): Promise<void> {
  const change = async (thing: string, after: Look, request: () => Promise<Body>) => {
    const answer = await expectations.change(thing, after, request);
    acknowledge();
    return answer;
  };
  for (let number = 0; ; number += 1) {
    const name = `r${round}w${writer}n${number}`;
    const user = `users/${name}`;
    const person = { username: name, email: 'u@example.com' };
    const { id: userId } = await change(user, lookOfUser('new', 'First-Passw0rd1'), () =>
      api.send('POST', 'users', { ...person, title: 'new', password: { value: 'First-Passw0rd1' } }, 'user.import'),
    );
    const path = `users/${userId}`;
    switch (below(random, 8)) {
      case 0:
        await change(user, undefined, () => api.send('DELETE', path));
        break;
      case 1:
        await change(user, lookOfUser('replaced', 'First-Passw0rd1'), () => api.send('PUT', path, { ...person, title: 'replaced' }));
        break;
      case 2:
        await change(user, lookOfUser('new', 'Other-Passw0rd2'), () =>
          api.send('PUT', `${path}/password`, { value: 'Other-Passw0rd2' }, 'password.set'),
        );
        break;
      case 3:
        await change(user, lookOfUser('changed', 'First-Passw0rd1'), () => api.send('PATCH', path, { title: 'changed' }));
        await change(user, undefined, () => api.send('DELETE', path));
        break;
      case 4:
        await change(`applications/${name}`, 'whole', () => api.send('POST', 'applications', application(name)));
        break;
      case 5:
        await change(`keys/${name}`, 'whole', () => api.send('POST', 'keys', key(name)));
        break;
      case 6:
        if (below(random, 3) === 0) {
          const body = { name, region: 'NA', type: 'SANDBOX', license: { id: 'b0000000-0000-4000-8000-00000000000f' } };
          const environment = `environments/${name}`;
          const { id } = await change(environment, 'whole', () => api.send('POST', '/environments', body));
          if (below(random, 4) > 0) await change(environment, undefined, () => api.send('DELETE', `/environments/${id}`));
        }
        break;
      default:
        await change(`groups/${name}`, 'whole', () => api.send('POST', 'groups', { name }));
    }
  }
}

/**
 * How the things of one kind look, by name. The parts of those that are not `deep` (passwords, secrets, contents) are taken
 * to be as expected: after a hundred rounds, asking for all of them at each start would take hours.
 */
async function looksOf(
  api: Api,
  kind: string,
  expected: (name: string) => Look,
  isDeep: (name: string) => boolean,
): Promise<Map<string, string>> {
  const looks = new Map<string, string>();
  for (const item of await api.list(kind)) {
    const name = String(item.username ?? item.name);
    if (!/^r\d+w/.test(name)) continue;
    const path = `${kind}/${item.id}`;
    const shallow = expected(name);
    if (!isDeep(name) && shallow !== undefined && (kind !== 'users' || shallow.startsWith(`${item.title} with`))) {
      looks.set(name, shallow);
      continue;
    }
    if (kind === 'users') {
      const passwords = ['First-Passw0rd1', 'Other-Passw0rd2'];
      const right: string[] = [];
      for (const password of passwords) if (await api.isPassword(String(item.id), password)) right.push(password);
      looks.set(name, lookOfUser(String(item.title), right.join(' and ') || 'no password'));
    } else if (kind === 'applications') looks.set(name, (await api.send('GET', `${path}/secret`)).secret ? 'whole' : 'without a secret');
    else if (kind === 'environments') looks.set(name, await api.lookOfEnvironment(String(item.id)));
    else looks.set(name, kind === 'keys' && !item.serialNumber ? 'without a certificate' : 'whole');
  }
  return looks;
}

/** Compares all that is there with all that must be. */
async function check(api: Api, { expectations, round, random, writers }: Round): Promise<{ checked: number; problems: string[] }> {
  const things = expectations.things();
  const problems: string[] = [];
  // All of the two rounds before, and some of the others; at the end, everything.
  const isDeep = (name: string) => writers === 0 || Number(/^r(\d+)w/.exec(name)?.[1]) >= round - 2 || below(random, 50) === 0;
  for (const kind of ['users', 'applications', 'keys', 'groups', 'environments']) {
    const looks = await looksOf(api, kind, (name) => expectations.lookOf(`${kind}/${name}`), isDeep);
    for (const thing of things.filter((each) => each.startsWith(`${kind}/`))) {
      const problem = expectations.judge(thing, looks.get(thing.slice(kind.length + 1)));
      if (problem) problems.push(problem);
    }
    for (const name of looks.keys()) if (!things.includes(`${kind}/${name}`)) problems.push(`${kind}/${name}: nobody asked for it`);
  }
  return { checked: things.length, problems };
}

/** Kills the server as soon as it replaces a readable file. Where that was too quick to be seen, the log is gone: then right after. */
async function killInFold(folder: string, environmentId: string, kill: () => void): Promise<void> {
  for (;;) {
    const names = readdirSync(join(folder, environmentId));
    if (names.some((name) => name.endsWith('.json.new')) || !names.includes('changes.log')) return kill();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function runRound(options: Round): Promise<{ acknowledged: number; checked: number; problems: string[] }> {
  const { folder, writers, writes, random, kill } = options;
  const argv = ['--data', folder];
  if (kill === 'in the start')
    for (let count = 0; count < 3; count += 1) {
      const { child, ended } = launch(['--json', '--port', '0', ...argv]);
      await pause(below(random, 1500));
      endGroup(child);
      await ended;
    }

  const ends: (() => unknown)[] = [];
  const { ready, child, ended, written } = await launchReady({ teardown: (end) => ends.push(end) }, argv);
  const api = await connect(ready);
  const { checked, problems } = await check(api, options);
  // A kill damages nothing: a report of damage after one is a bug.
  for (const line of written.errors.split('\n')) if (/damaged|missing|no record|not there|belong/.test(line)) problems.push(line);

  let acknowledged = 0;
  let isStopping = false;
  const most = writes + below(random, 50);
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    if (kill === 'in a fold') void killInFold(folder, ready.environmentId, () => endGroup(child));
    else endGroup(child);
  };
  if (writers === 0) endGroup(child);
  const work = async (writer: number) => {
    await write(options, api, writer, () => {
      acknowledged += 1;
      if (acknowledged >= most) stop();
      // A fold comes when nothing is written for a while.
      if (kill === 'in a fold' && isStopping) throw new Error('stopped');
    });
  };
  const results = await Promise.allSettled(Array.from({ length: writers }, (_, writer) => work(writer)));
  for (const result of results)
    if (result.status === 'rejected' && !/fetch failed|terminated|other side closed|stopped|socket|ECONN/i.test(String(result.reason)))
      problems.push(String(result.reason));
  await ended;
  for (const end of ends) end();
  return { acknowledged, checked, problems };
}
