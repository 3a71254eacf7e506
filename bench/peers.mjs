// node bench/peers.mjs [--quick]: other servers of npm beside the mock, each over the limit: CPU of a PKCE flow, warm. They are installed
// into a temporary folder (BENCH_PEERS names one to keep), for none of them is a dependency of this project. Few of them judge a request:
// the figure says what a flow costs, not what it is worth.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, repeat } from './client.mjs';
import { flow as flowOfTheMock } from './jobs.mjs';
import { ratiosOf, timed } from './measure.mjs';
import { start, startLimit, startMock } from './server.mjs';
import { createTable, lineOf } from './table.mjs';

/** The packages, and what differs in a flow at each. */
const peers = [
  { package: '@mongodb-js/oidc-mock-provider', version: '0.13', token: '/token' },
  { package: '@hellocoop/mockin', version: '2', token: '/oauth/token', scope: 'openid name email' },
  { package: 'oauth2-mock-server', version: '9', token: '/token' },
  { package: 'oidc-provider', version: '9', authorize: '/auth', token: '/token', scope: 'openid email offline_access&prompt=consent' },
];

const quick = process.argv.includes('--quick');
const [warm, count, rounds] = quick ? [1000, 300, 5] : [3000, 500, 9];
const redirectUri = 'http://localhost:3000/callback';
const clientId = 'a0000000-0000-4000-8000-000000000002';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Follows redirects within the server, with its cookies, until one leads to the application. */
async function codeOf(send, first) {
  const cookies = new Map();
  for (let path = first, hop = 0; hop < 8; hop += 1) {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send({ path, headers: cookie === '' ? {} : { cookie } });
    for (const each of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(each);
      cookies.set(name, value);
    }
    const { location } = answer.headers;
    if (location === undefined) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    if (location.startsWith(redirectUri)) return new URL(location).searchParams.get('code');
    const { pathname, search } = new URL(location, 'http://127.0.0.1');
    path = pathname + search;
  }
  throw new Error('too many redirects');
}

const flowOf =
  ({ authorize = '/authorize', token, scope = 'openid' }) =>
  async (send) => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const query = `response_type=code&client_id=${clientId}&redirect_uri=${encodeURIComponent(redirectUri)}&scope=${scope.replaceAll(' ', '%20')}`;
    const proof = `state=s&nonce=n&code_challenge=${challenge}&code_challenge_method=S256`;
    const code = await codeOf(send, `${authorize}?${query}&${proof}`);
    const parts = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier };
    const answer = await send({ path: token, method: 'POST', headers: form, body: new URLSearchParams(parts).toString() });
    if (!JSON.parse(answer.text).access_token) throw new Error(`${token}: ${answer.status} ${answer.text}`);
  };

/** Installs the peers where they are not there yet. */
function install(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const missing = peers.filter((peer) => !existsSync(join(folder, 'node_modules', peer.package)));
  const wanted = missing.map((peer) => `${peer.package}@${peer.version}`);
  if (wanted.length > 0)
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', ...wanted], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  // In the folder it finds them.
  copyFileSync(new URL('peer.mjs', import.meta.url), join(folder, 'peer.mjs'));
}

/** The figures of a server over those of the limit. */
async function measured(begin, flow) {
  const servers = [];
  try {
    servers.push(await begin(), await startLimit());
    const clients = servers.map(({ url }) => createClient(url, 16));
    const flows = [() => flow(clients[0]), () => flowOfTheMock(clients[1])];
    for (const job of flows) await repeat(warm, 16, job);
    const figures = [[], []];
    for (let round = 0; round < rounds; round += 1)
      for (const at of round % 2 ? [1, 0] : [0, 1]) figures[at].push(await timed(servers[at], flows[at], { count, atOnce: 16 }));
    return ratiosOf(figures, 'cpu');
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

const folder = process.env.BENCH_PEERS ?? mkdtempSync(join(tmpdir(), 'peers-'));
try {
  install(folder);
  const add = createTable({ markdown: process.argv.includes('--markdown') });
  add(lineOf('pingone-mock', await measured(startMock, flowOfTheMock)));
  for (const peer of peers)
    try {
      add(lineOf(peer.package, await measured(() => start(process.execPath, [join(folder, 'peer.mjs'), peer.package]), flowOf(peer))));
    } catch (error) {
      add({ name: peer.package, figure: '-', more: error.message.slice(0, 200) });
    }
} finally {
  if (process.env.BENCH_PEERS === undefined) rmSync(folder, { recursive: true, force: true });
}
