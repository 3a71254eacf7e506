import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import t from 'tap';
import { launchBrowser } from '../helpers/browser.js';
import { call, codeOf, openPlayground, parameter, press, signOnThere, step, type Writer, writers } from '../helpers/playground.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);
const run = promisify(execFile);

/** Runs code as somebody who copied it: a command in a shell, a module in Node. */
async function runCode(writer: Writer, code: string): Promise<string> {
  const [file, args] =
    writer === 'curl'
      ? (['bash', ['-c', `${code} --silent`]] as const)
      : ([process.execPath, ['--input-type=module', '-e', code]] as const);
  const { stdout } = await run(file, args);
  return stdout;
}

/** What each way of writing says where the server's answer is one of these. */
type Said = Readonly<Record<Writer, RegExp>>;

const view = (place: Locator): Locator => place.locator('.play-code').last();

/** Whether the code of a request does what its button does, in each of the three ways. */
async function tryAll(t: { match(found: string, wanted: RegExp, message: string): unknown }, place: Locator, name: string, said: Said) {
  for (const writer of writers) t.match(await runCode(writer, await codeOf(place, writer)), said[writer], `${name} by ${writer}`);
}

t.test('the code beside an authorization request sends it, whatever it holds', async (t) => {
  const { page, said } = await openPlayground(t, browser, { application: ids.web });
  await parameter(page, 3, 'login_hint').fill(`it's "quoted" $HOME \`id\` \\ ü & <b>`);
  await tryAll(t, view(step(page, 3)), 'authorize', {
    curl: /^HTTP\/1.1 302.*location: [^\n]*signon/is,
    fetch: /^302 .*signon/,
    'openid-client': /\/as\/authorize\?.*login_hint=it%27s\+%22quoted%22\+%24HOME\+%60id%60/,
  });
  await page.getByLabel('How it is sent').selectOption('par');
  await tryAll(t, step(page, 3).locator('.play-code').first(), 'a pushed request', {
    curl: /^HTTP\/1.1 201.*request_uri/s,
    fetch: /^201 .*request_uri/,
    'openid-client': /request_uri=urn/,
  });
  await page.getByLabel('How it is sent').selectOption('object');
  await tryAll(t, view(step(page, 3)), 'a request object', {
    curl: /^HTTP\/1.1 302.*location: [^\n]*signon/is,
    fetch: /^302 .*signon/,
    'openid-client': /request=ey/,
  });
  t.same(said, []);
});

t.test('the code beside the token request redeems the code, for a public and for a confidential application', async (t) => {
  for (const application of [ids.spa, ids.web]) {
    const { page, server, said } = await openPlayground(t, browser, { application });
    // RFC 6749 §2.3.1: what a header would not carry as it is, has to be encoded.
    if (application === ids.web) await server.environment.store.secrets.put({ id: ids.web, secret: `a:b%c+d'é "x"` });
    if (application === ids.web) await page.reload();
    await step(page, 6).waitFor();
    let signsOn = true;
    for (const writer of writers) {
      await signOnThere(page, { signsOn });
      signsOn = false;
      const code = await parameter(page, 5, 'code').inputValue();
      t.match(await runCode(writer, await codeOf(view(step(page, 5)), writer, code)), /access_token/, `${application} by ${writer}`);
    }
    // What was edited is not what a library sends by itself.
    for (const writer of writers) {
      await signOnThere(page);
      await parameter(page, 5, 'scope').evaluate((element) => element.closest('details')?.setAttribute('open', ''));
      await parameter(page, 5, 'scope').fill('openid');
      const code = await parameter(page, 5, 'code').inputValue();
      t.match(await runCode(writer, await codeOf(view(step(page, 5)), writer, code)), /access_token/, `edited, by ${writer}`);
      await press(page, 'Undo the edits');
    }
    t.same(said, []);
  }
});

t.test('the code beside each request with the tokens does it', async (t) => {
  const { page, said } = await openPlayground(t, browser, { application: ids.web });
  await signOnThere(page, { signsOn: true });
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  await tryAll(t, view(call(page, 'Userinfo')), 'userinfo', {
    curl: /^HTTP\/1.1 200.*"sub"/s,
    fetch: /^200 .*"sub"/,
    'openid-client': /sub: '/,
  });
  await tryAll(t, view(call(page, 'Introspect')), 'introspect', {
    curl: /^HTTP\/1.1 200.*"active":true/s,
    fetch: /^200 .*"active":true/,
    'openid-client': /active: true/,
  });
  for (const writer of writers) {
    const token = await call(page, 'Refresh').locator('input[name=refresh_token]').inputValue();
    t.match(await runCode(writer, await codeOf(view(call(page, 'Refresh')), writer, token)), /access_token/, `refresh by ${writer}`);
    // The token is spent: the next one needs tokens of its own.
    await signOnThere(page);
    await press(page, 'Send the token request');
    await step(page, 5).getByText('✓ 200').waitFor();
  }
  await tryAll(t, view(call(page, 'Sign off')), 'sign off', {
    curl: /^HTTP\/1.1 302.*location:/is,
    fetch: /^302 /,
    'openid-client': /\/as\/signoff\?.*id_token_hint=/,
  });
  await tryAll(t, view(call(page, 'Revoke')), 'revoke', { curl: /^HTTP\/1.1 200/, fetch: /^200/, 'openid-client': /revoked/ });
  await press(page, 'Refresh the tokens');
  await call(page, 'Refresh').getByText('✗ 400').waitFor();
  t.same(said, []);
});
