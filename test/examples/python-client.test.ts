import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { launchReady } from '../package/command.js';

const client = fileURLToPath(new URL('../../../examples/python-client/client.py', import.meta.url));
const python = (argv: readonly string[], env: Record<string, string> = {}) =>
  spawnSync('python3', argv, { encoding: 'utf8', timeout: 30_000, env: { PATH: process.env.PATH, no_proxy: '*', ...env } });
const missing = python(['-c', 'import requests']).status === 0 ? false : 'needs python3 with the package requests';

t.test('a Python client signs on without a browser', { skip: missing }, async (t) => {
  const { ready } = await launchReady(t);
  const signedOn = python([client], { OIDC_ISSUER: ready.issuer });
  t.equal(signedOn.status, 0, signedOn.stderr);
  t.match(JSON.parse(signedOn.stdout), { preferred_username: 'alice', sub: 'b0000000-0000-4000-8000-000000000001' });
  const refused = python([client], { OIDC_ISSUER: ready.issuer, PINGONE_PASSWORD: 'wrong' });
  t.equal(refused.status, 1);
  t.match(refused.stderr, /answers 400/);
});
