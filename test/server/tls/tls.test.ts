import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createRandom } from '../../../src/lib/random.js';
import { startMock } from '../../../src/library/start-mock.js';
import { type RunningServer, startServer } from '../../../src/server/start.js';
import { createIssuer, makeAuthority, toPem } from '../../../src/server/tls/authority.js';
import { openAuthority } from '../../../src/server/tls/authority-folder.js';
import { openCredentials } from '../../../src/server/tls/credentials.js';
import { defaultSettings, type Settings, SettingsError } from '../../../src/settings/read.js';
import { ask, json } from '../../helpers/ask.js';
import { runChild } from '../../helpers/child.js';
import { environmentId } from '../../helpers/server.js';
import { until } from '../../helpers/until.js';

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

const run = async (command: string, argv: readonly string[]): Promise<Ran> => {
  const { code, output, errors } = await runChild(command, argv, { env: { PATH: process.env.PATH } });
  return { code, output: output + errors };
};

const curl = (...argv: string[]): Promise<Ran> => run('curl', ['-sS', ...argv]);
const discoveryPath = `/${environmentId}/as/.well-known/openid-configuration`;
const verify = (...argv: string[]): Promise<Ran> => run('openssl', ['verify', '-x509_strict', ...argv]);
const verifyServer = (...argv: string[]): Promise<Ran> => verify('-purpose', 'sslserver', ...argv);

const day = 24 * 60 * 60 * 1000;
const random = createRandom();

async function start(
  t: Test,
  settings: Partial<Settings>,
  log?: (line: Record<string, unknown>) => void,
): Promise<RunningServer & { ca: string; caFile: string }> {
  const logger = log && pino({ level: 'info' }, { write: (line) => log(JSON.parse(line)) });
  const server = await startServer({ ...defaultSettings, port: 0, httpsPort: 0, ...settings }, logger ? { logger } : {});
  t.teardown(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'pingone-mock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, server.ca ?? '');
  return Object.assign(server, { ca: server.ca ?? '', caFile });
}

t.test('the certificates pass OpenSSL’s strict verification', async (t) => {
  const now = Date.now();
  const subjects = {
    names: ['localhost', 'auth.pingone.com'],
    addresses: ['127.0.0.1', '::1', '2001:db8::7', '::ffff:10.0.0.1', '192.0.2.9'],
  };
  const authority = makeAuthority(subjects, now, random);
  const { issue } = createIssuer(authority, now, random);
  const folder = t.testdir({ 'ca.pem': toPem(authority.certificate), 'leaf.pem': issue(subjects) });
  const [caFile, leafFile] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')];
  t.match(await verify('-CAfile', caFile, caFile), { code: 0 });
  for (const name of subjects.names) t.match(await verifyServer('-CAfile', caFile, '-verify_hostname', name, leafFile), { code: 0 }, name);
  for (const address of subjects.addresses)
    t.match(await verifyServer('-CAfile', caFile, '-verify_ip', address, leafFile), { code: 0 }, address);
  t.not((await verifyServer('-CAfile', caFile, '-verify_hostname', 'example.com', leafFile)).code, 0);

  const [ca, leaf] = [new X509Certificate(authority.certificate), new X509Certificate(issue(subjects))];
  t.ok(ca.ca);
  t.notOk(leaf.ca);
  t.ok(leaf.checkIssued(ca));
  t.ok((Date.parse(ca.validTo) - now) / day <= 366);
  t.ok((Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / day <= 397, 'as browsers want it');
  const text = (await run('openssl', ['x509', '-in', caFile, '-noout', '-text'])).output;
  for (const part of [
    /CA:TRUE, pathlen:0/,
    /Name Constraints: critical/,
    /DNS:localhost/,
    /IP:127\.0\.0\.0\/255\.0\.0\.0/,
    /Certificate Sign/,
  ])
    t.match(text, part);
});

t.test('the authority cannot sign for any other name or address', async (t) => {
  const now = Date.now();
  const authority = makeAuthority({ names: ['localhost'], addresses: ['127.0.0.1'] }, now, random);
  const { issue } = createIssuer(authority, now, random);
  const folder = t.testdir({
    'ca.pem': toPem(authority.certificate),
    'name.pem': issue({ names: ['example.com'], addresses: [] }),
    'address.pem': issue({ names: [], addresses: ['192.0.2.1'] }),
    'below.pem': issue({ names: ['deep.app.localhost'], addresses: ['127.8.9.1'] }),
  });
  const judged = (file: string) => verifyServer('-CAfile', join(folder, 'ca.pem'), join(folder, file));
  t.match((await judged('name.pem')).output, /permitted subtree violation/);
  t.match((await judged('address.pem')).output, /permitted subtree violation/);
  t.match(await judged('below.pem'), { code: 0 });
});

t.test('two authorities have different subjects and serial numbers', async (t) => {
  const of = (settings: Partial<Settings>) => openCredentials({ ...defaultSettings, ...settings });
  const made = [of({ randomSeed: 'x' }), of({ randomSeed: 'x' })].map(({ authority }) => new X509Certificate(authority as string));
  t.not(made[0]?.subject, made[1]?.subject);
  t.not(made[0]?.serialNumber, made[1]?.serialNumber);
});

t.test('an authority kept in a folder is used again, until it expires or does not fit', async (t) => {
  const folder = join(t.testdir({}), 'deep/ca');
  const settings = { ...defaultSettings, caFolder: folder };
  const first = openCredentials(settings);
  t.same(first.warnings, []);
  t.equal(readFileSync(join(folder, 'ca.pem'), 'utf8'), first.authority);
  t.equal(statSync(join(folder, 'ca-key.pem')).mode & 0o777, 0o600);
  const second = openCredentials(settings);
  t.equal(second.authority, first.authority);
  t.equal(second.keyHash, first.keyHash);
  t.not(second.certificate, first.certificate, 'the server’s own is new');

  t.throws(
    () => openCredentials({ ...settings, proxy: true }),
    new SettingsError(
      `the certificate authority in ${folder} may not sign for auth.pingone.com, api.pingone.com, apps.pingone.com and more; ` +
        `remove ${folder}/ca-key.pem, and trust the new one that is made`,
    ),
  );
  t.throws(() => openCredentials({ ...settings, tlsHosts: ['192.0.2.1'] }), /may not sign for 192\.0\.2\.1/);
  t.doesNotThrow(() => openCredentials({ ...settings, tlsHosts: ['app.localhost', '127.0.0.2'] }), 'below what it may sign for');

  const later = openAuthority(folder, { names: ['localhost'], addresses: [] }, Date.now() + 366 * day, random);
  t.match(later.warnings, [/expired; a new one was made/]);
  t.not(toPem(later.authority.certificate), first.authority);

  rmSync(join(folder, 'ca.pem'));
  t.same(openAuthority(folder, { names: ['localhost'], addresses: [] }, Date.now(), random).warnings, []);
  t.equal(readFileSync(join(folder, 'ca.pem'), 'utf8'), toPem(later.authority.certificate), 'it is shown again');
  writeFileSync(join(folder, 'ca-key.pem'), 'no key');
  t.throws(() => openCredentials(settings), /ca-key\.pem does not hold a certificate authority/);
  const blocked = t.testdir({ file: '' });
  const inMemory = openCredentials({ ...defaultSettings, caFolder: join(blocked, 'file/ca') });
  t.match(inMemory.warnings, [/lasts only until the server stops: .*ca-key\.pem cannot be written/]);
  t.ok(inMemory.authority);
  if (process.getuid?.() === 0) return;
  mkdirSync(join(blocked, 'shut'), { mode: 0o500 });
  t.match(openCredentials({ ...defaultSettings, caFolder: join(blocked, 'shut') }).warnings, [/\(EACCES\)/]);
  chmodSync(join(blocked, 'shut'), 0o700);
});

t.test('both ports serve at once, and the issuer follows the scheme', async (t) => {
  const { url, httpsUrl = '', ca, caFile, discovery } = await start(t, { https: 'on' });
  t.match(url, /^http:\/\/127/);
  t.match(httpsUrl, /^https:\/\/127/);
  t.equal(json(await ask(discovery)).issuer, `${url}/${environmentId}/as`);
  t.equal(json(await ask(httpsUrl + discoveryPath, { ca })).issuer, `${httpsUrl}/${environmentId}/as`);
  t.equal((await ask(`${url}/__mock/ca.pem`)).body, ca);
  const { port } = new URL(httpsUrl);
  for (const host of ['localhost', '127.0.0.1', 'pingone.localhost', 'app.localhost', 'a.b.localhost', 'host.docker.internal']) {
    const { code, output } = await curl(
      '--cacert',
      caFile,
      '--resolve',
      `${host}:${port}:127.0.0.1`,
      `https://${host}:${port}${discoveryPath}`,
    );
    t.equal(code, 0, output);
    t.match(output, `"issuer":"https://${host}:${port}/${environmentId}/as"`);
  }
  const strange = await curl('--cacert', caFile, '--resolve', `example.com:${port}:127.0.0.1`, `https://example.com:${port}/healthz`);
  t.equal(strange.code, 60, 'a name that it has no certificate for');
  t.equal((await curl(`${httpsUrl}/healthz`)).code, 60, 'nobody trusts it untold');
  t.equal((await curl('--cacert', caFile, '--tls-max', '1.2', `${httpsUrl}/healthz`)).code, 0, 'TLS 1.2');
  t.match((await curl('-k', '-w', '%{http_version}', '-o', '/dev/null', `${httpsUrl}/healthz`)).output, /^1\.1$/);
  t.not((await curl('-k', '--tls-max', '1.1', `${httpsUrl}/healthz`)).code, 0);
  t.not((await curl(`http://127.0.0.1:${port}/healthz`)).code, 0, 'plain HTTP on the TLS port');
  t.equal((await ask(`${httpsUrl}/healthz`, { ca })).status, 200, 'and it goes on');
});

t.test('with https only, no other port is open', async (t) => {
  const { url, httpsUrl, ca, issuer } = await start(t, { https: 'only', port: 9 });
  t.match(url, /^https:/);
  t.equal(httpsUrl, undefined);
  t.equal(json(await ask(url + discoveryPath, { ca })).issuer, issuer);
  t.equal((await ask(`${url}/__mock/ca.pem`, { ca })).body, ca);
});

t.test('startMock exposes the authority to trust', async (t) => {
  const both = await startMock({ https: 'on' });
  t.teardown(() => both.close());
  t.equal((await ask(`${both.httpsUrl}/healthz`, { ca: both.ca })).status, 200);
  const only = await startMock({ https: 'only' });
  t.teardown(() => only.close());
  t.equal(only.httpsUrl, undefined);
  t.equal(only.issuer, `${only.url}/${environmentId}/as`, 'of https as well, though nothing of it went over a socket');
  t.equal(json(await ask(only.discovery, { ca: only.ca })).issuer, only.issuer);
});

t.test('without https there is no authority and no page for it', async (t) => {
  const { url, ca, keyHash } = await start(t, {});
  t.same([ca, keyHash], ['', undefined]);
  const { status, body } = await ask(`${url}/__mock/ca.pem`);
  t.equal(status, 404);
  t.match(body, /no certificate authority/);
});

t.test('a certificate of one’s own is used, and an unusable one is refused', async (t) => {
  const now = Date.now();
  const subjects = { names: ['login.example.test'], addresses: ['127.0.0.1'] };
  const authority = makeAuthority(subjects, now, random);
  const { issue, key } = createIssuer(authority, now, random);
  const other = createIssuer(authority, now, random);
  const folder = t.testdir({ 'c.pem': issue(subjects), 'k.pem': key, 'other.pem': other.key, 'bad.pem': 'no certificate' });
  const settings = { tlsCert: join(folder, 'c.pem'), tlsKey: join(folder, 'k.pem') };
  const server = await start(t, { https: 'on', ...settings, tlsHosts: ['login.example.test', 'other.example.test'] });
  t.match(server.warnings, [/c\.pem does not cover other\.example\.test: clients will reject it there/]);
  t.equal((await ask(`${server.httpsUrl}/healthz`, { ca: toPem(authority.certificate) })).status, 200);
  t.equal((await ask(`${server.url}/__mock/ca.pem`)).status, 404, 'whoever brought it knows its authority');
  const refused = (over: Partial<Settings>) => () => openCredentials({ ...defaultSettings, ...settings, ...over });
  t.throws(refused({ tlsKey: join(folder, 'other.pem') }), /cannot be used as certificate and key/);
  t.throws(refused({ tlsCert: join(folder, 'bad.pem') }), SettingsError);
  t.throws(refused({ tlsCert: join(folder, 'none.pem') }), new SettingsError(`PINGONE_MOCK_TLS_CERT: ${folder}/none.pem does not exist`));
});

t.test('a client that does not trust the certificate is logged', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const { httpsUrl = '' } = await start(t, { https: 'on' }, (line) => lines.push(line));
  for (const version of ['1.2', '1.3']) {
    lines.length = 0;
    await curl('--tls-max', version, `${httpsUrl}/healthz`);
    await until(() => lines.some(({ event }) => event === 'tls'));
    t.match(lines.filter(({ event }) => event === 'tls')[0], { level: 40, msg: /does not trust the certificate/ }, version);
  }
});

t.test('through the proxy, unmodified clients keep PingOne’s names and reach nothing else', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const { url, caFile, ca } = await start(t, { proxy: true, tlsHosts: ['login.example.test'] }, (line) => lines.push(line));
  for (const domain of ['com', 'ca', 'eu', 'com.au', 'sg', 'asia']) {
    const { code, output } = await curl('--cacert', caFile, '--proxy', url, `https://auth.pingone.${domain}${discoveryPath}`);
    t.equal(code, 0, output);
    t.match(output, `"issuer":"https://auth.pingone.${domain}/${environmentId}/as"`);
  }
  t.match(
    (await curl('--cacert', caFile, '--proxy', url, 'https://api.pingone.com/v1/environments')).output,
    /ACCESS_FAILED|Missing|INVALID/,
  );
  t.match(
    (await curl('--cacert', caFile, '--proxy', url, `https://login.example.test${discoveryPath}`)).output,
    /"issuer":"https:\/\/login\.example\.test/,
  );
  for (const target of [
    'https://example.com/',
    'https://auth.pingone.com.evil.example/',
    'https://www.pingone.com/',
    'https://10.0.0.1/',
  ]) {
    const { code, output } = await curl('--cacert', caFile, '--proxy', url, target);
    t.equal(code, 56, target);
    t.match(output, /403/);
  }
  t.match(lines.filter(({ event }) => event === 'proxy')[0], { level: 40, host: 'example.com', msg: /offline mock/ });
  t.match((await curl('--proxy', url, 'http://example.com/')).output, /^offline mock: /, 'plain HTTP');
  t.match((await curl('--proxy', url, '--noproxy', '', `${url}/healthz`)).output, /"ok"/, 'its own address through itself');

  // Node, as an agent for proxies does it: CONNECT, then TLS on the same socket.
  const { port } = new URL(url);
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: 'auth.pingone.com:443', agent: false });
    asked.on('connect', (response, socket) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`));
      const secure = connectTls({ socket, servername: 'auth.pingone.com', ca }, () =>
        secure.end(`GET /healthz HTTP/1.1\r\nhost: auth.pingone.com\r\nconnection: close\r\n\r\n`),
      );
      let text = '';
      secure.setEncoding('utf8').on('data', (part: string) => (text += part));
      secure.on('end', () => resolve(text)).on('error', reject);
    });
    asked.on('error', reject).end();
  });
  t.match(answer, /^HTTP\/1\.1 200 OK/);
});

t.test('the proxy works over https when no other port is open', async (t) => {
  const { url, caFile } = await start(t, { https: 'only', proxy: true });
  const argv = ['--cacert', caFile, '--proxy-cacert', caFile, '--proxy', url, 'https://auth.pingone.com/healthz'];
  t.match(await curl(...argv), { code: 0, output: /"ok"/ });
});

t.test('the host localhost listens on IPv4 and IPv6', async (t) => {
  if (!Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1')))
    return t.pass('no IPv6 here');
  const { url, httpsUrl = '', ca } = await start(t, { host: 'localhost', https: 'on' });
  for (const address of ['127.0.0.1', '[::1]']) {
    const at = `http://${address}:${new URL(url).port}`;
    t.equal(json(await ask(at + discoveryPath)).issuer, `${at}/${environmentId}/as`);
    t.equal((await ask(`https://${address}:${new URL(httpsUrl).port}/healthz`, { ca })).status, 200);
  }
});

/** What a server answers to a CONNECT, as text. */
const askConnect = (url: string, target: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(Buffer.from(`CONNECT ${target} HTTP/1.1\r\nhost: a\r\n\r\n`, 'latin1')),
    );
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
      if (answer.startsWith('HTTP/1.1 200')) socket.destroy();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });

t.test('the proxy connects only to known names on port 443', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const { url } = await start(t, { proxy: true }, (line) => lines.push(line));
  const cases: [target: string, status: number, text?: RegExp][] = [
    ['auth.pingone.com:443', 200],
    ['AUTH.PingOne.com:443', 200],
    ['auth.pingone.com', 400],
    ['auth.pingone.com:', 400],
    ['auth.pingone.com:0', 400],
    ['auth.pingone.com:99999', 400],
    ['auth.pingone.com:x', 400],
    ['auth.pingone.com:443:443', 400],
    [':443', 400],
    ['auth.pingone.com:80', 403, /auth\.pingone\.com is served only on port 443, not on 80\n$/],
    ['auth.pingone.com:9443', 403, /not on 9443\n$/],
    ['[::1]:443', 403, /not to \[::1\]\n$/],
    ['auth.ping%one.com:443', 403, /not to auth\.pingone\.com\n$/],
    ['auth.pingone.com/:443', 403],
    ['x@auth.pingone.com:443', 403],
    ['\u00e4auth.pingone.com:443', 403],
  ];
  for (const [target, status, text] of cases) {
    const answer = await askConnect(url, target);
    // Node's own parser may refuse a malformed authority, with 400.
    t.match(answer, status === 403 && !text ? /^HTTP\/1\.1 40[03] / : new RegExp(`^HTTP/1\\.1 ${status} `), target);
    if (text) t.match(answer, text, target);
  }
  t.match(
    lines.find(({ port }) => port === 80),
    { event: 'proxy', host: 'auth.pingone.com', msg: /only on port 443/ },
  );
});

t.test('without --proxy, CONNECT is refused with what to do', async (t) => {
  for (const settings of [{}, { https: 'on' }] as const) {
    const lines: Record<string, unknown>[] = [];
    const { url } = await start(t, settings, (line) => lines.push(line));
    t.match(await askConnect(url, 'auth.pingone.com:443'), /^HTTP\/1\.1 405 Method Not Allowed\r\nallow: GET, [\s\S]*--proxy/);
    t.match(
      lines.filter(({ event }) => event === 'proxy'),
      [{ level: 40, host: 'auth.pingone.com:443', msg: /the proxy is off; start with --proxy$/ }],
    );
    t.not((await curl('-k', '--proxy', url, `https://auth.pingone.com${discoveryPath}`)).code, 0);
    t.equal((await ask(`${url}/healthz`)).status, 200);
  }
});

t.test('clients that disconnect midway do not stop the server', async (t) => {
  const { url, httpsUrl = '', ca } = await start(t, { https: 'on', proxy: true });
  const open = (port: string, ...writes: (string | Buffer)[]) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', async () => {
        for (const text of writes) {
          socket.write(text);
          await wait(20);
        }
        socket.resetAndDestroy();
        resolve();
      });
      socket.on('error', () => {});
    });
  const [http, https] = [new URL(url).port, new URL(httpsUrl).port];
  const hello = Buffer.from('16030100ff010000fb0303', 'hex');
  await open(http, 'CONNECT auth.pingone.com:443 HTTP/1.1\r\nhost: a\r\n\r\n');
  await open(http, 'CONNECT auth.pingone.com:443 HTTP/1.1\r\nhost: a\r\n\r\n', hello);
  await open(http, 'CONNECT auth.pingone.com:443 HTTP/1.1\r\nhost: a\r\n\r\n', 'no TLS at all');
  await open(http, 'CONNECT example.com:443 HTTP/1.1\r\nhost: a\r\n\r\n');
  await open(http, 'CONNECT \u0001:x HTTP/1.1\r\n\r\n');
  await open(https, hello);
  await open(https, 'GET / HTTP/1.1\r\n\r\n');
  await open(https);
  t.equal((await ask(`${url}/healthz`)).status, 200);
  t.equal((await ask(`${httpsUrl}/healthz`, { ca })).status, 200);
});

t.test('closing ends streams, idle connections and tunnels', async (t) => {
  const { url, httpsUrl = '', ca, close } = await startServer({ ...defaultSettings, port: 0, https: 'on', httpsPort: 0, proxy: true });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await ask(`${url}/healthz`, { agent } as RequestOptions);
  const ended: Promise<unknown>[] = [];
  const hold = (socket: { on(event: string, listener: () => void): unknown }) =>
    ended.push(
      new Promise<void>((resolve) => {
        socket.on('close', resolve);
        socket.on('error', () => {});
      }),
    );
  const idle = connect(Number(new URL(url).port), '127.0.0.1');
  hold(idle);
  const open = [once(idle, 'connect')];
  const tunnel = connect(Number(new URL(url).port), '127.0.0.1', () =>
    tunnel.write('CONNECT auth.pingone.com:443 HTTP/1.1\r\nhost: a\r\n\r\n'),
  );
  open.push(once(tunnel, 'data'));
  hold(tunnel);
  const half = connectTls({ port: Number(new URL(httpsUrl).port), host: '127.0.0.1', ca, servername: 'localhost' }, () =>
    half.write('GET /healthz HTTP/1.1\r\n'),
  );
  open.push(once(half, 'secureConnect'));
  hold(half);
  await Promise.all(open);
  tunnel.resume();
  await close();
  await Promise.all(ended);
  t.equal(ended.length, 3);
});

t.test('when one port is in use, the other is closed again', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  await t.rejects(startServer({ ...defaultSettings, port: 0, https: 'on', httpsPort: port }), {
    code: 'EADDRINUSE',
    setting: { flag: '--https-port', variable: 'PINGONE_MOCK_HTTPS_PORT' },
  });
});
