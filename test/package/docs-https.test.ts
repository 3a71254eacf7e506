import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ask } from '../helpers/ask.js';
import { runScript } from '../helpers/child.js';
import { launchReady, type Ready } from './command.js';

// The commands of docs/https.md and docs/container.md, run verbatim but for the ports.

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'dist/cli.js');

/** Every block of shell commands of a file, in order. */
const blocksOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands as string);

const blocks = blocksOf('docs/https.md');
const ran = new Set<string>();

/** The one block that holds a text. */
const block = (text: string): string => {
  const found = blocks.filter((each) => each.includes(text) && !ran.has(each));
  if (!found[0]) throw new Error(`no block with ${text}`);
  ran.add(found[0]);
  return found[0];
};

const has = (command: string): boolean => {
  try {
    execFileSync('bash', ['-c', `command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
};

const folder = mkdtempSync(join(tmpdir(), 'pingone-mock-docs-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const { NODE_OPTIONS: _options, ...env } = process.env;

const run = (commands: string): Promise<string> => runScript(commands, { cwd: folder, env });

/** A command that starts a server: its flags. */
const flagsOf = (commands: string): string[] => commands.trim().replace('node dist/cli.js', '').split(' ').filter(Boolean);

const here = (commands: string, { url, httpsUrl = '' }: Ready & { httpsUrl?: string }): string =>
  commands
    .replaceAll('localhost:9400', new URL(url).host)
    .replaceAll('localhost:9443', httpsUrl.replace('https://', ''))
    .replaceAll('node dist/cli.js', `'${process.execPath}' '${cli}'`);

t.test('docs/https.md opens two ports, and each listed client trusts the certificate', async (t) => {
  const { ready } = await launchReady(t, [...flagsOf(block('node dist/cli.js --https')), '--https-port', '0']);
  await run(here(block('/__mock/ca.pem'), ready));
  t.equal(readFileSync(join(folder, 'ca.pem'), 'utf8'), (await ask(`${ready.url}/__mock/ca.pem`)).body);
  const ok = /^\{"status":"ok"\}\n?$/;
  t.match(await run(here(block('--cacert ca.pem https://localhost:9443'), ready)), ok, 'curl');
  t.match(await run(here(block('NODE_EXTRA_CA_CERTS'), ready)), ok, 'Node');
  const python = here(block('SSL_CERT_FILE=ca.pem python3'), ready);
  if (has('python3')) t.match(await run(python), ok, 'Python');
  const java = here(block('keytool'), ready);
  if (has('keytool') && has('javac')) t.match((await run(java)).trim().split('\n').at(-1), ok, 'Java');
  const hash = createHash('sha256')
    .update(new X509Certificate(readFileSync(join(folder, 'ca.pem'))).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  t.equal((await run(block('openssl x509'))).trim(), hash, 'the hash for Chromium');
  const elsewhere = here(block('--connect-to'), ready).replaceAll('localhost:', '127.0.0.1:');
  await t.rejects(run(elsewhere), { code: 60 }, 'not for PingOne’s name, unless that is asked for');
});

t.test('docs/https.md keeps its authority from one start to the next', async (t) => {
  await run(here(block('node dist/cli.js ca'), { url: 'http://x' } as Ready));
  const { ready } = await launchReady(t, ['--https', '--https-port', '0', '--ca-dir', join(folder, 'ca')]);
  t.equal((await ask(`${ready.url}/__mock/ca.pem`)).body, readFileSync(join(folder, 'trusted.pem'), 'utf8'));
});

t.test('docs/https.md sends PingOne’s own names through the proxy', async (t) => {
  const { ready } = await launchReady(t, [...flagsOf(block('--proxy\n')), '--https', '--https-port', '0']);
  await run(`curl -s ${ready.url}/__mock/ca.pem -o ca.pem`);
  t.match(JSON.parse(await run(here(block('--proxy http'), ready))), { issuer: `https://auth.pingone.com/${ready.environmentId}/as` });
  const python = here(block('HTTPS_PROXY'), ready);
  if (has('python3')) t.match(await run(python), /"ok"/);
  const mapped = `curl -s --cacert ca.pem --connect-to auth.pingone.com:443:localhost:9443 https://auth.pingone.com/healthz`;
  t.match(await run(here(mapped, ready)), /"ok"/);
});

t.test('every command of docs/https.md has been run', async (t) =>
  t.same(
    blocks.filter((each) => !ran.has(each)),
    [],
  ),
);

t.test('the commands of docs/container.md work as written', async (t) => {
  const commands = blocksOf('docs/container.md');
  const [seed = '', help = '', healthcheck = ''] = commands;
  t.equal(commands.length, 3);
  const config = await run(`${seed}\nprintf %s "$PINGONE_MOCK_CONFIG"`);
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: config });
  t.equal(ready.environmentId, '11111111-1111-4111-8111-111111111111');
  t.match(await run(here(help, ready)), /PINGONE_MOCK_SEED_DIR/);
  t.equal(await run(`${here(healthcheck, ready).trim()} --port ${new URL(ready.url).port}`), '');
});

t.test('the files for CI systems seed a server and point the application at it', async (t) => {
  for (const [file, pattern] of [
    ['examples/ci/github-actions.yml', /PINGONE_MOCK_CONFIG: \|\n((?: {12}.*\n)+)/],
    ['examples/ci/gitlab-ci.yml', /PINGONE_MOCK_CONFIG: >-\n((?: {10}.*\n)+)/],
  ] as const) {
    const text = readFileSync(join(root, file), 'utf8');
    const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: pattern.exec(text)?.[1] as string });
    const issuer = /OIDC_ISSUER: http:\/\/\w+:9400(\S+)/.exec(text)?.[1] as string;
    const clientId = /OIDC_CLIENT_ID: (\S+)/.exec(text)?.[1] as string;
    t.equal(new URL(ready.issuer).pathname, issuer, file);
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://localhost:3000/callback',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    });
    const { status, headers } = await ask(`${ready.issuer}/authorize?${query}`);
    t.equal(status, 302);
    t.match(headers.location, /\/signon\/\?flowId=/);
    t.match(text, 'ghcr.io/pingone-mock/pingone-mock:0.1');
  }
});

t.test('links between the documents lead to files and headings that exist', async (t) => {
  for (const file of ['docs/https.md', 'docs/container.md']) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, path, anchor] of text.matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)) {
      const target = path === '' ? join(root, file) : join(dirname(join(root, file)), path as string);
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        heading
          ?.toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      if (anchor !== undefined) t.ok(headings.includes(anchor), `${file}: #${anchor}`);
    }
  }
});
