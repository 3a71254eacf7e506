import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { promisify } from 'node:util';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf } from '../helpers/browser.js';
import { changeApplication } from '../helpers/configure.js';
import { codeOf, openPlayground, parameter, press, reasons, signOnThere, step, writers } from '../helpers/playground.js';
import { ids } from '../helpers/server.js';
import { screenshot } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);
const run = promisify(execFile);

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ownKey = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS384' });
const ownSet = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'own' }] });

/** The playground of an application that proves itself by a private key. */
async function openWithKey(t: Parameters<typeof openPlayground>[0], options: Parameters<typeof openPlayground>[2] = {}) {
  const opened = await openPlayground(t, browser, { application: ids.web, ...options });
  await changeApplication(opened.server, ids.web, { tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwks: ownSet });
  // openid-client’s assertion counts from now, which a frozen clock has not reached.
  await opened.server.clock.reset();
  await opened.page.reload();
  await opened.page.getByLabel('Its private key (JWK)').waitFor();
  return opened;
}

t.test(
  'a key that the page makes and registers signs the assertion of the token request, and its code in each of three ways',
  async (t) => {
    const { page, server, said } = await openWithKey(t);
    t.match(await step(page, 5).locator('.play-code').innerText(), /As code/);
    await press(page, 'Make a key and register it');
    await step(page, 1).getByText('✓ The application has the public key.').waitFor();
    const jwks = String((await server.environment.store.applications.get(ids.web))?.jwks);
    t.equal(JSON.parse(jwks).keys.length, 2, 'beside the key that it had');
    t.notMatch(jwks, /"d":/, 'the private half stays in the tab');
    t.notMatch(page.url(), /playground-|%22d%22/);
    await signOnThere(page, { signsOn: true });
    await press(page, 'Send the token request');
    await step(page, 5).getByText('✓ 200').waitFor();
    for (const writer of writers) {
      await signOnThere(page);
      const code = await codeOf(step(page, 5).locator('.play-code'), writer, await parameter(page, 5, 'code').inputValue());
      const [file, args] = writer === 'curl' ? ['bash', ['-c', code]] : [process.execPath, ['--input-type=module', '-e', code]];
      const { stdout } = await run(file as string, args as string[]);
      t.match(stdout, /access_token/, writer);
    }
    t.same(said, []);
  },
);

t.test('a pasted key signs; another one is refused with its reason, and what is not a private key is named', async (t) => {
  const { page, said } = await openWithKey(t);
  const key = page.getByLabel('Its private key (JWK)');
  for (const [text, message] of [
    ['-----BEGIN PRIVATE KEY-----', 'the private key is not JSON'],
    ['{"kty":"EC","d":"x"}', 'not an RSA key'],
    [ownSet, 'this is a public key'],
  ] as const) {
    await key.fill(text);
    await step(page, 1).getByText(message).waitFor();
  }
  await page.getByLabel('or from a file').setInputFiles({ name: 'own.jwk', mimeType: 'application/json', buffer: Buffer.from(ownKey) });
  await page.waitForFunction("document.getElementById('play-key').value.includes('RS384')");
  await signOnThere(page, { signsOn: true });
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  await key.fill(JSON.stringify(other));
  await signOnThere(page);
  await press(page, 'Send the token request');
  await reasons(step(page, 5)).getByText('signature').first().waitFor();
  t.same(said, []);
});

for (const [name, options] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
] as const)
  t.test(`the key's field is accessible and fits its window: ${name}`, async (t) => {
    const { page } = await openWithKey(t, { options: { bypassCSP: true, ...options } });
    await page.getByLabel('Its private key (JWK)').fill('{"kty":"EC","d":"x"}');
    t.same(await accessibilityFaults(page), []);
    t.ok((await overflowOf(page)) <= 0);
    await screenshot(page, `playground-key-${name}`);
  });
