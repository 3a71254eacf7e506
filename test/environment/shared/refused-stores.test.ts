import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCommand } from '../../../src/cli/run.js';
import { createMock } from '../../../src/index.js';
import type { Ended } from '../../helpers/child.js';
import { runServer, startReplica } from '../../helpers/fleet.js';
import { askRedis, startRedis, withoutRedis } from '../../helpers/redis.js';
import { asFlags, makeServerCertificate } from '../../helpers/redis-tls.js';

/** Runs the command up to its refusal in this process: starting one takes a hundred times longer. */
async function runHere(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const written = { output: '', errors: '' };
  const streamTo = (name: keyof typeof written) => ({
    write(text: string) {
      written[name] += text;
    },
  });
  const streams = { output: streamTo('output'), errors: streamTo('errors') };
  const code = await runCommand({ argv: ['--port', '0', '--json', ...argv], env, ...streams, stop: new AbortController().signal });
  return { code, ...written };
}

/** What `--store` cannot be used with: one sentence on standard error, and exit code 2. */
async function refuses(
  t: Test,
  store: string,
  expected: RegExp,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  run: typeof runHere = runHere,
) {
  const { code, output, errors } = await run([...(store === '' ? [] : ['--store', store]), ...args], env);
  t.equal(code, 2, `${store}: exit code`);
  t.match(errors, expected);
  t.equal(output, '', 'it does not get ready');
  t.equal(errors.trimEnd().split('\n').length, 1, errors);
  t.match(errors, /^pingone-mock: /);
  t.notMatch(errors, /geheim|\n\s+at /, 'neither a password nor a stack trace');
}

/** A store that can be used. */
const serves = async (store: string): Promise<void> => (await createMock({ store })).close();

t.test('an address that cannot be read is refused, also where it comes from a variable', async (t) => {
  const rows: [string, RegExp][] = [
    ['http://:geheim@localhost', /--store has a scheme that is not known here; write redis:\/\//],
    ['localhost:6379', /is not an address; write redis:/],
    ['redis://:geheim@', /names no host/],
    ['redis://:geheim@localhost:99999', /has a port that is not a number from 1 to 65535/],
    ['redis://:geheim@localhost/none', /has a database that is not a number/],
    ['redis://:geheim%@localhost', /write % as %25/],
    ['redis://:ge/heim@localhost', /write them in a password as %2F/],
    ['redis+unix://run/redis.sock', /names no socket/],
    ['redis+sentinel://:geheim@localhost', /has no name for the server that the sentinels watch/],
  ];
  await Promise.all(rows.map(([store, expected]) => refuses(t, store, expected)));
  const variable = { PINGONE_MOCK_STORE: 'redis://:geheim@localhost:0' };
  await refuses(t, '', /PINGONE_MOCK_STORE has a port that is not a number/, [], variable);
});

t.test('settings that do not go together with --store are refused', async (t) => {
  await refuses(t, 'redis://localhost', /set only one/, ['--data', t.testdir()]);
  await refuses(t, 'redis://localhost', /all replicas would issue the same codes/, [], { PINGONE_MOCK_RANDOM_SEED: 'a' });
});

t.test('a server that does not answer is refused', async (t) => {
  await refuses(t, 'redis://:geheim@127.0.0.1:1', /:\*\*\*@127\.0\.0\.1:1: no Redis or Valkey server answers there/);
  await refuses(t, 'redis://does-not-exist.invalid', /unknown host name/);
  await refuses(t, `redis+unix://${t.testdir()}/none.sock`, /no Redis or Valkey server answers there \(connect ENOENT/);
  await refuses(t, 'redis+sentinel://127.0.0.1:1/main', /no sentinel answers there/);
  const mute = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  t.teardown(() => mute.close());
  const { port } = mute.address() as { port: number };
  await refuses(t, `redis://:geheim@127.0.0.1:${port}`, /accepts connections there, but does not answer as Redis/);
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  t.teardown(() => web.close());
  const { port: webPort } = web.address() as { port: number };
  await refuses(t, `redis://127.0.0.1:${webPort}`, /no Redis or Valkey server answers there|the server closes the connection/);
});

/** A server that speaks the protocol, but says that it is as old as this. */
async function startOldServer(t: Test, version: string): Promise<number> {
  const old = createServer((socket) => {
    socket.on('data', (text: Buffer) => {
      for (const command of text.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        const info = `redis_version:${version}\r\nredis_mode:standalone\r\nrole:master\r\nloading:0\r\n`;
        socket.write(/^info$/i.test(command[1] as string) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
  t.teardown(() => old.close());
  return (old.address() as { port: number }).port;
}

t.test('a server that is too old is refused', async (t) => {
  for (const version of ['5.0.14', '6.0.20', ''])
    await refuses(t, `redis://127.0.0.1:${await startOldServer(t, version)}`, /Use version 6\.2 or newer, or Valkey/);
});

t.test('a server that lets nobody in is refused', { skip: withoutRedis }, async (t) => {
  const { port } = await startRedis(t, { args: ['--requirepass', 'geheim'] });
  await refuses(t, `redis://127.0.0.1:${port}`, /asks for a password\. Write it into the address/);
  await refuses(t, `redis://:geheimer@127.0.0.1:${port}`, /refuses the user or the password/);
  await refuses(t, `redis://nobody:geheim@127.0.0.1:${port}`, /refuses the user or the password/);
  await refuses(t, `redis://:geheim@127.0.0.1:${port}/9999`, /no such database/);
  await refuses(t, `rediss://:geheim@127.0.0.1:${port}`, /TLS certificate or protocol is not accepted|rediss:\/\/ is with TLS/);
});

t.test('a user without the permissions is refused, one with those that the message names is served', { skip: withoutRedis }, async (t) => {
  const { port } = await startRedis(t);
  const user = async (name: string, ...rules: string[]) => {
    await askRedis(port, 'ACL', 'SETUSER', name, 'on', '>geheim', ...rules);
    return `redis://${name}:geheim@127.0.0.1:${port}`;
  };
  await refuses(t, await user('reader', '+@read', '+info', '+select', '~*'), /lacks a permission/);
  await refuses(t, await user('elsewhere', '+@all', '~other:*', '&*'), /lacks a permission/);
  await refuses(t, await user('deaf', '+@all', '~*', 'resetchannels'), /lacks a permission/);
  await refuses(t, await user('script-less', '+@all', '-evalsha', '-eval', '-script', '~*', '&*'), /lacks a permission/);
  t.equal(await askRedis(port, 'DBSIZE'), ':0', 'nothing was written');
  await serves(await user('owner', '+@all', '~pingone-mock:*', 'resetchannels', '&pingone-mock:*'));
});

t.test('Cluster and read-only replicas are refused', { skip: withoutRedis }, async (t) => {
  const cluster = await startRedis(t, { args: ['--cluster-enabled', 'yes', '--dir', t.testdir()] });
  await refuses(t, cluster.url, /part of a Redis Cluster, which is not supported\. Use a single server, or Sentinel/);
  const primary = await startRedis(t);
  const replica = await startRedis(t, { args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  await refuses(t, replica.url, /a read-only replica\. Use the address of its primary/);
});

t.test('keys of others stay as they are', { skip: withoutRedis }, async (t) => {
  const { url, port } = await startRedis(t);
  const ask = (...words: string[]) => askRedis(port, ...words);
  for (let each = 0; each < 50; each += 1) await ask('SET', `theirs:${each}`, 'x');
  await ask('SET', 'pingone-mock2:version', 'theirs');

  const rows: [string, string[][], RegExp][] = [
    ['a', [['SET', 'a:format', '999']], /is not of this version of pingone-mock \(format 999, expected \d+\)\. Choose another prefix/],
    ['b', [['LPUSH', 'b:format', 'x']], /another program keeps something else in keys that begin with b:/],
    ['c', [['SET', 'c:version', 'x']], /another program keeps something else/],
    ['d', [['SET', 'd:places', 'x']], /another program keeps something else/],
  ];
  for (const [prefix, commands, expected] of rows) {
    for (const command of commands) await ask(...command);
    const before = await ask('DBSIZE');
    await refuses(t, url, expected, [], { PINGONE_MOCK_STORE_PREFIX: prefix });
    t.equal(await ask('DBSIZE'), before, 'nothing was written');
  }
  t.equal(await ask('GET', 'a:format'), '$3\r\n999');

  await serves(url);
  t.equal(await ask('GET', 'theirs:49'), '$1\r\nx', 'beside them it starts');
  t.equal(await ask('GET', 'pingone-mock2:version'), '$6\r\ntheirs');
});

t.test('TLS is held to the name and the authority of the certificate', { skip: withoutRedis }, async (t) => {
  const { authority, port: tlsPort, settings } = await makeServerCertificate(t, 'DNS:localhost');
  await startRedis(t, { args: asFlags(settings) });
  const trusted = { NODE_EXTRA_CA_CERTS: authority };

  await refuses(t, `rediss://localhost:${tlsPort}`, /certificate or protocol is not accepted.*NODE_EXTRA_CA_CERTS/);
  // This variable is read when a process starts.
  await refuses(t, `rediss://127.0.0.1:${tlsPort}`, /Use the name in its certificate/, [], trusted, runServer);
  await refuses(t, `redis://localhost:${tlsPort}`, /If it expects TLS, write rediss/);
  await startReplica(t, `rediss://localhost:${tlsPort}`, [], trusted);
});

t.test('a replica is served over a Unix socket, from the database of its address', { skip: withoutRedis }, async (t) => {
  // The path of a socket has at most 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, 'redis.sock');
  const { port } = await startRedis(t, { args: ['--unixsocket', socket] });
  await serves(`redis+unix://${socket}?db=3`);
  t.match(await askRedis(port, 'INFO', 'keyspace'), /db3:keys=/);
  t.equal(await askRedis(port, 'DBSIZE'), ':0', 'and only there');
});
