// node make-code-cache.mjs DIST: writes DIST/cache/, V8's code cache for the Node.js that runs this. It starts the server and signs
// a user on first: the cache holds the functions that were called. The image has it; see src/cli/code-cache.ts.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import v8 from 'node:v8';

const dist = resolve(process.argv[2]);
const require = createRequire(join(dist, 'cli.js'));
const { cacheFolder, kept, loaderOf } = require('./code-cache.cjs');
const { load, loaded } = loaderOf(dist, require);

// V8 takes a cache only under the flags that it was made under, and the server sets some once it has started.
v8.setFlagsFromString = () => {};

/** Asks for what each test suite begins with. */
async function use({ url, issuer, discovery }) {
  for (const path of ['/healthz', '/readyz']) await fetch(`${url}${path}`);
  const { jwks_uri, authorization_endpoint, token_endpoint, userinfo_endpoint } = await (await fetch(discovery)).json();
  await fetch(jwks_uri);
  // The browser application of the default seed.
  const id = 'a0000000-0000-4000-8000-000000000002';
  const verifier = randomBytes(32).toString('base64url');
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid profile email',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: 'alice',
  });
  const { headers } = await fetch(`${authorization_endpoint}?${asked}`, { redirect: 'manual' });
  const code = new URL(headers.get('location')).searchParams.get('code');
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: asked.get('redirect_uri'),
    client_id: id,
    code_verifier: verifier,
  });
  const { access_token } = await (await fetch(token_endpoint, { method: 'POST', body })).json();
  const answer = await fetch(userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}` } });
  if (!answer.ok) throw new Error(`the sign-on at ${issuer} failed`);
}

/** Writes the caches of all files that were loaded. */
function write() {
  mkdirSync(join(dist, cacheFolder), { recursive: true });
  for (const [name, { script }] of loaded)
    writeFileSync(join(dist, cacheFolder, name), kept(readFileSync(join(dist, name), 'utf8'), script.createCachedData()));
}

const stop = new AbortController();
const output = {
  isTTY: false,
  write(line) {
    const ready = JSON.parse(line);
    if (ready.event !== 'ready') return;
    use(ready)
      .then(write)
      .then(() => stop.abort())
      .catch((error) => {
        console.error(error);
        process.exit(1);
      });
  },
};
const { runCommand } = load('./run-command.cjs');
const argv = ['--port', '0', '--host', '127.0.0.1', '--json', '--auto-login', 'alice'];
process.exitCode = await runCommand({ argv, env: { PINGONE_MOCK_LOG_LEVEL: 'error' }, output, errors: process.stderr, stop: stop.signal });
