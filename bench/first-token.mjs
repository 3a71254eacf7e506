// The way of a new user, timed step by step: node bench/first-token.mjs FILE.tgz [OPTION OF npm install …]
// Makes an empty project, installs the packed file there, writes a seed by `init`, starts it, and signs alice on.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [file, ...options] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node bench/first-token.mjs FILE.tgz [OPTION OF npm install …]');
const packed = resolve(file);
const folder = mkdtempSync(join(tmpdir(), 'first-token-'));
const command = join(folder, 'node_modules/.bin/pingone-mock');

/** Runs a command in the project; answers its output. */
function run(name, args) {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

const steps = [];
/** Does a step and notes how long it took. */
async function timed(step, action) {
  const before = performance.now();
  const result = await action();
  steps.push([step, performance.now() - before]);
  return result;
}

/** Starts the server on a free port, with the seed that it finds in its folder; answers its process and its ready line. */
async function start() {
  const child = spawn(command, ['start', '--json', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line);
    if (ready.event === 'ready') return { child, ready };
  }
  throw new Error('the server ended before it was ready');
}

async function answered(response, status) {
  if (response.status !== status) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Signs alice on with PKCE at the application of the seed; answers the response of the token endpoint. */
async function firstToken(issuer, { clientId, redirectUri }, { username, password }) {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ response_type: 'code', response_mode: 'pi.flow', scope: 'openid profile', client_id: clientId, redirect_uri: redirectUri },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  });
  const { id } = await answered(await fetch(`${issuer}/authorize?${query}`), 200);
  const headers = { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' };
  const body = JSON.stringify({ username, password });
  const checked = await fetch(`${issuer.replace(/\/as$/, '')}/flows/${id}`, { method: 'POST', headers, body });
  const cookie = checked.headers.getSetCookie().map((each) => each.split(';', 1)[0]);
  await answered(checked, 200);
  const resumed = await answered(await fetch(`${issuer}/resume?flowId=${id}`, { headers: { cookie: cookie.join('; ') } }), 200);
  const { code } = resumed.authorizeResponse;
  const form = { grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: redirectUri, code_verifier: verifier };
  return answered(await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) }), 200);
}

let server;
try {
  writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true, "dependencies": {} }');
  await timed('npm install', () => run('npm', ['install', ...options, packed]));
  const settings = await timed('init', () => JSON.parse(run(command, ['init', '--json'])));
  server = await timed('start', start);
  const seed = JSON.parse(readFileSync(join(folder, settings.file), 'utf8'));
  const [environment] = seed.environments;
  if (server.ready.environmentId !== environment.id) throw new Error('the server does not serve the seed of init');
  const { token_type } = await timed('first token', () => firstToken(server.ready.issuer, settings, environment.users[0]));
  if (token_type !== 'Bearer') throw new Error(`token_type is ${token_type}`);
  for (const [step, milliseconds] of [...steps, ['in all', steps.reduce((sum, [, each]) => sum + each, 0)]])
    process.stdout.write(`${step.padEnd(12)} ${(milliseconds / 1000).toFixed(2).padStart(6)} s\n`);
} finally {
  server?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
