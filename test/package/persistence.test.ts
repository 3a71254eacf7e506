import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { launchReady, type Ready } from './command.js';

const environment = 'e0000000-0000-4000-8000-000000000001';
const folder = mkdtempSync(join(tmpdir(), 'kept-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

type User = Record<string, unknown>;

/** Calls the management API of a mock as its default worker. */
async function managementOf({ url, issuer }: Ready) {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('a0000000-0000-4000-8000-000000000001:worker-secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return async (method: string, path: string, body?: object, type = 'application/json') => {
    const response = await fetch(`${url}/v1/environments/${environment}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: response.status === 204 ? {} : ((await response.json()) as User) };
  };
}

const imported = 'application/vnd.pingidentity.user.import+json';
const check = 'application/vnd.pingidentity.password.check+json';

t.test('every acknowledged change survives kill -9 in the middle of many writes', async (t) => {
  const data = join(folder, 'stress');
  /** What a user must look like; undefined: must be gone. While a request is not answered, both are right. */
  const certain = new Map<string, string | undefined>();
  const asked = new Map<string, string | undefined>();
  let acknowledged = 0;
  for (const [round, most] of [150, 400, 250].entries()) {
    const { ready, child, ended } = await launchReady(t, ['--data', data]);
    const call = await managementOf(ready);
    let count = 0;
    const acknowledge = () => {
      acknowledged += 1;
      count += 1;
      if (count === most) child.kill('SIGKILL');
    };
    const work = async (worker: number) => {
      for (let number = 0; ; number += 1) {
        const username = `u${round}-${worker}-${number}`;
        const body = { username, email: 'u@example.com', title: 'new', password: { value: 'Some-Passw0rd1' } };
        const { status, body: user } = await call('POST', '/users', body, imported);
        if (status !== 201) throw new Error(`${status} ${JSON.stringify(user)}`);
        const id = String(user.id);
        certain.set(id, 'new');
        acknowledge();
        const change = async (title: string | undefined, request: () => Promise<{ status: number }>) => {
          asked.set(id, title);
          if ((await request()).status >= 300) throw new Error(`${username} was not changed`);
          certain.set(id, title);
          asked.delete(id);
          acknowledge();
        };
        await change('changed', () => call('PATCH', `/users/${id}`, { title: 'changed' }));
        if (number % 2 === 0) await change(undefined, () => call('DELETE', `/users/${id}`));
      }
    };
    // Each ends with the connection: anything else is a failure of the test.
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, worker) => work(worker)));
    for (const result of results)
      t.match(String(result.status === 'rejected' && result.reason), /fetch failed|terminated|other side closed/);
    await ended;
  }
  t.ok(acknowledged >= 800, `${acknowledged} were acknowledged`);

  const { ready, written } = await launchReady(t, ['--data', data]);
  t.notMatch(written.errors, /damaged/);
  const call = await managementOf(ready);
  const found = new Map<string, string>();
  let path: string | undefined = '/users?limit=100';
  while (path) {
    const { body } = await call('GET', path);
    for (const user of (body._embedded as { users: User[] }).users) found.set(String(user.id), String(user.title));
    path = (body._links as { next?: { href: string } }).next?.href.replace(/^.*\/environments\/[^/]+/, '');
  }
  const wrong = [...certain].filter(([id, title]) => found.get(id) !== title && !(asked.has(id) && found.get(id) === asked.get(id)));
  t.same(wrong, [], 'nothing that was acknowledged is lost, and nothing that was deleted is back');
  t.ok([...certain.values()].includes(undefined) && [...certain.values()].includes('changed'), 'of each kind there are some');
  const kept = [...certain].filter(([id, title]) => title === 'changed' && !asked.has(id)).slice(-5);
  for (const [id] of kept)
    t.equal((await call('POST', `/users/${id}/password`, { password: 'Some-Passw0rd1' }, check)).status, 200, 'password');
});

t.test('damaged files are reported with their place and set aside, and the rest is served', async (t) => {
  const whole = join(folder, 'whole');
  const first = await launchReady(t, ['--data', whole]);
  const make = await managementOf(first.ready);
  for (const username of ['carol', 'dave']) t.equal((await make('POST', '/users', { username, email: 'u@example.com' })).status, 201);
  first.child.kill('SIGTERM');
  await first.ended;
  const users = readFileSync(join(whole, environment, 'users.json'), 'utf8');
  const add = (username: string) => {
    const [alice] = (JSON.parse(users) as { users: User[] }).users;
    return JSON.stringify({ collection: 'users', add: { ...alice, id: `b0000000-0000-4000-8000-0000000000${username}`, username } });
  };
  const lines = (users.slice(0, 700).match(/\n/g) ?? []).length + 1;
  const cases: [name: string, file: string, contents: string, warning: RegExp, left: string[]][] = [
    ['truncated JSON', 'users.json', users.slice(0, 700), new RegExp(`users\\.json:${lines}:\\d+ is damaged`), []],
    [
      'a truncated line in the middle of the log',
      'changes.log',
      `${add('91')}\n${add('92').slice(0, 200)}\n${add('93')}\n`,
      /changes\.log:2:\d+ is damaged/,
      ['alice', 'bob', 'carol', 'dave', '91', '93'],
    ],
    ['an object for a list', 'users.json', '{"users": {}}', /users\.json:1:1 is damaged/, []],
    [
      'a member of another type',
      'users.json',
      users.replace('"enabled": true', '"enabled": "yes"'),
      /users\.json:\d+:5 is damaged \(enabled: expected true or false\)/,
      ['bob', 'carol', 'dave'],
    ],
  ];
  for (const [name, file, contents, warning, left] of cases)
    await t.test(name, async (t) => {
      const data = join(folder, name.replaceAll(' ', '-'));
      cpSync(whole, data, { recursive: true });
      const damagedFile = join(data, environment, file);
      writeFileSync(damagedFile, contents);
      const { ready, child, written, ended } = await launchReady(t, ['--data', data]);
      if (!/damaged/.test(written.errors)) await once(child.stderr, 'data');
      t.match(written.errors, warning);
      const aside = /it was set aside as (\S+\.damaged-\d+)/.exec(written.errors)?.[1] as string;
      if (!/another type/.test(name)) t.equal(readFileSync(aside, 'utf8'), contents, 'what stood there is kept');
      const call = await managementOf(ready);
      const list = async () => ((await call('GET', '/users')).body._embedded as { users: User[] }).users.map(({ username }) => username);
      t.same(await list(), left);
      t.equal((await call('GET', '/applications')).status, 200, 'the rest is there');
      child.kill('SIGTERM');
      await ended;
      const again = await launchReady(t, ['--data', data]);
      t.notMatch(again.written.errors, /damaged/, 'it is told once');
      t.ok(
        readdirSync(join(data, environment)).some((entry) => entry.includes('.damaged-')),
        'and stays aside',
      );
    });
});
