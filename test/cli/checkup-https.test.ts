import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startMock } from '../../src/index.js';
import { createRandom } from '../../src/lib/random.js';
import { createIssuer, makeAuthority, toPem } from '../../src/server/tls/authority.js';
import { runChild } from '../helpers/child.js';
import { run } from '../helpers/command.js';
import { startRelyingParty } from '../library/relying-party.js';

const command = new URL('../../src/cli.js', import.meta.url).pathname;

t.test('an application on HTTPS is checked once its authority is trusted, and until then the checkup says how', async (t) => {
  const subjects = { names: ['localhost'], addresses: ['127.0.0.1'] };
  const [now, random] = [Date.now(), createRandom()];
  const authority = makeAuthority(subjects, now, random);
  const { key, issue } = createIssuer(authority, now, random);
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const tls = { key, cert: issue(subjects) };
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, tls });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const argv = ['checkup', '--start', start, '--url', mock.url, '--only', 'cookie-secure'];
  t.match(await run(argv), { code: 2, errors: /does not answer: \w*CERT\w*.*set NODE_EXTRA_CA_CERTS to the PEM file/s });

  const file = join(t.testdir(), 'authority.pem');
  writeFileSync(file, toPem(authority.certificate));
  const trusting = await runChild(process.execPath, [command, ...argv], { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } });
  t.match(trusting, { code: 0, output: /✓ cookie-secure +refused/ });
});
