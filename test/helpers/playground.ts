import type { Browser, Locator, Page } from 'playwright-core';
import type { Test } from 'tap';
import { fillSignOn, visit } from './browser.js';
import { changeApplication } from './configure.js';
import { ids, listen } from './server.js';
import { until } from './until.js';

/** The playground, as a person works with it. */

/** Requests that a test expects to be refused; their entries in the console are no fault. */
const refused = /\/as\/(token|par|introspect|userinfo|authorize)/;

export const step = (page: Page, number: number): Locator => page.locator('.play-step').nth(number - 1);
/** One of the requests with the tokens, in the last step. */
export const call = (page: Page, name: string): Locator => page.locator(`.play-call[aria-label="${name}"]`);
export const reasons = (place: Locator): Locator => place.locator('> .play-reasons');
export const parameter = (page: Page, number: number, name: string): Locator => step(page, number).locator(`input[name="${name}"]`);
export const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** A server whose applications know the playground's redirect URI, and the playground of one of them. */
export async function openPlayground(
  t: Test,
  browser: Browser,
  {
    application = ids.spa,
    settings = {},
    options = {},
  }: { application?: string; settings?: Parameters<typeof listen>[1]; options?: Parameters<typeof visit>[2] } = {},
) {
  const server = await listen(t, settings);
  for (const id of [ids.spa, ids.web])
    await changeApplication(server, id, {
      redirectUris: [`${server.url}/__mock/callback`, 'http://localhost:3000/callback'],
      responseTypes: ['CODE', 'TOKEN', 'ID_TOKEN'],
      grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'IMPLICIT'],
    });
  const { page, said } = await visit(t, browser, { refused, ...options });
  await page.goto(`${server.url}/__mock/playground#application=${application}`);
  await step(page, 6).waitFor();
  return { server, page, said };
}

/** Goes to the sign-on, signs on as Alice if the browser has no session, and comes back. */
export async function signOnThere(page: Page, { signsOn = false } = {}): Promise<void> {
  // What is on the page from the sign-on before is not what is waited for.
  await page.evaluate('window.isBefore = true');
  await press(page, 'Go to the sign-on');
  if (signsOn) await fillSignOn(page);
  await until(() => page.evaluate("!window.isBefore && location.pathname.endsWith('/playground')").catch(() => false));
  await step(page, 4).locator('table').waitFor();
}

const marks = { curl: /^curl /, fetch: /await fetch/, 'openid-client': /^import \* as client/ } as const;
export type Writer = keyof typeof marks;
export const writers = Object.keys(marks) as Writer[];

/** The code that a view shows, once it has been written in this way and has a text. */
export async function codeOf(view: Locator, writer: Writer, text = ''): Promise<string> {
  if (!(await view.evaluate((element) => element.hasAttribute('open')))) await view.locator('summary').click();
  await view.getByRole('button', { name: writer, exact: true }).click();
  let code = '';
  await until(async () => {
    code = await view.locator('pre').innerText();
    return marks[writer].test(code) && code.includes(text);
  });
  return code;
}
