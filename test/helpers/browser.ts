import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from 'playwright-core';
import type { Test } from 'tap';

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

/** The system's Chromium, with more flags and a proxy where they are given; it ends with the test. */
export async function launchBrowser(t: Test, { args = [], ...options }: Pick<LaunchOptions, 'args' | 'proxy'> = {}): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: [...flags, ...args], ...options });
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
  page.setDefaultTimeout(10_000);
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
