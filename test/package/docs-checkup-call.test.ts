import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connectMock } from '../../src/library/connect-mock.js';
import { runChild } from '../helpers/child.js';
import { type Check, startRelyingParty } from '../library/relying-party.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/checkup.md', 'utf8');
const [, file = '', code = ''] = /^```js file=(\S+)\n(.*?)^```/ms.exec(page) ?? [];

/** Runs the test that docs/checkup.md shows, against a client that leaves one check out. */
async function runShown(t: Parameters<typeof startRelyingParty>[0], without?: Check) {
  const { ready } = await launchReady(t as Parameters<typeof launchReady>[0]);
  const mock = await connectMock(ready.url);
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const path = join(process.cwd(), `docs-${file}`);
  const options = `{ only: ['state', 'nonce'], start:`;
  writeFileSync(
    path,
    code.replace('http://localhost:9400', ready.url).replace('http://localhost:3000/login', start).replace('{ start:', options),
  );
  t.teardown(() => rmSync(path, { force: true }));
  return runChild(process.execPath, ['--test', path], { env: { PATH: process.env.PATH } });
}

t.test(
  'the test that docs/checkup.md shows passes for an application that refuses what it must, and names what another one accepts',
  async (t) => {
    t.match(code, /mock\.checkup\(/);
    t.match(await runShown(t), { code: 0, output: /pass 1\b/ });
    const { code: failed, output } = await runShown(t, 'nonce');
    t.equal(failed, 1);
    t.match(output, /nonce-wrong/);
  },
);
