import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { s256 } from '../../src/protocol/pkce.js';
import { newVerifier } from './client.js';
import { ids, listen } from './server.js';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Playwright would close the browser alone, and the test would wait for it for ever. Chromium ends with the pipe from this process.
const letSignalsPass = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

/** The system's Chromium, with more flags and a proxy where they are given; it ends with the test. */
export async function launchBrowser(t: Test, { args = [], ...options }: Pick<LaunchOptions, 'args' | 'proxy'> = {}): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: [...flags, ...args], ...letSignalsPass, ...options });
  t.teardown(() => browser.close());
  return browser;
}

export interface Visit {
  readonly page: Page;
  /** What the browser's console said, but for the refusals that the test expects. */
  readonly said: string[];
}

/**
 * A page of a fresh profile, which keeps what the console says. Chromium reports every answer of 400 and more there:
 * `refused` names the addresses of which the test expects one, so that a broken link is not missed.
 */
export async function visit(
  t: Test,
  browser: Browser,
  { refused, ...options }: BrowserContextOptions & { refused?: RegExp } = {},
): Promise<Visit> {
  const profile = await browser.newContext(options);
  t.teardown(() => profile.close());
  const page = await profile.newPage();
  // For a page that hangs, not for a machine that is slow.
  page.setDefaultTimeout(120_000);
  const said: string[] = [];
  page.on('console', (message) => {
    const { url } = message.location();
    const answer = /the server responded with a status of 4/.test(message.text());
    if (!(answer && refused?.test(url))) said.push(answer ? `${message.text()} ${url}` : message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  return { page, said };
}

export interface Client {
  readonly redirectUri: string;
  /** What the redirect_uri was opened with, in order. */
  readonly callbacks: URLSearchParams[];
}

/** An application: a web server that is sent back to. */
export async function startClient(t: Test): Promise<Client> {
  const callbacks: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/callback') callbacks.push(url.searchParams);
    response.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
    response.end(
      '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Application</title><h1>Back in the application</h1>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, callbacks };
}

/** The server, an application on this machine, and the address that begins a sign-on there. */
export async function startSignOn(t: Test) {
  const [server, client, verifier] = [await listen(t), await startClient(t), newVerifier()];
  const authorizeUrl = (more: Record<string, string> = {}) =>
    `${server.issuer}/authorize?${new URLSearchParams({
      client_id: ids.spa,
      response_type: 'code',
      redirect_uri: client.redirectUri,
      scope: 'openid profile',
      state: 'the state',
      code_challenge: s256(verifier),
      code_challenge_method: 'S256',
      ...more,
    })}`;
  return { ...server, ...client, verifier, authorizeUrl };
}

/** Fills in the form of user name and password that a page shows, and sends it. */
export async function fillSignOn(page: Page, username = 'alice', password = 'Alice-Passw0rd'): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign On', exact: true }).click();
}

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds wrong on a page. The page's profile needs `bypassCSP: true`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { source } = createRequire(import.meta.url)('axe-core') as { source: string };
  await page.evaluate(source);
  const violations = await page.evaluate<Violation[]>('axe.run().then((results) => results.violations)');
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ''}`));
}

/** By how many pixels a page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
