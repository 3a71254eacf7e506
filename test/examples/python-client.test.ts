import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runChild } from '../helpers/child.js';
import { launchReady } from '../package/command.js';

const client = fileURLToPath(new URL('../../../examples/python-client/client.py', import.meta.url));
const python = (argv: readonly string[], env: Record<string, string> = {}) =>
  runChild('python3', argv, { env: { PATH: process.env.PATH, no_proxy: '*', ...env } });
const isThere = await python(['-c', 'import requests']).then(
  ({ code }) => code === 0,
  () => false,
);
const missing = isThere ? false : 'needs python3 with the package requests';

t.test('a Python client signs on without a browser', { skip: missing }, async (t) => {
  const { ready } = await launchReady(t);
  const signedOn = await python([client], { OIDC_ISSUER: ready.issuer });
  t.equal(signedOn.code, 0, signedOn.errors);
  t.match(JSON.parse(signedOn.output), { preferred_username: 'alice', sub: 'b0000000-0000-4000-8000-000000000001' });
  const refused = await python([client], { OIDC_ISSUER: ready.issuer, PINGONE_PASSWORD: 'wrong' });
  t.equal(refused.code, 1);
  t.match(refused.errors, /answers 400/);
});
