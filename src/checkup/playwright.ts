import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserType, Browser as Chromium, LaunchOptions } from 'playwright-core';
import { CheckupStopped } from './stopped.js';

type Playwright = { readonly chromium: BrowserType };

/** Packages that have Playwright's library in them: people have one of these. */
const packages = ['playwright-core', 'playwright', '@playwright/test'];

/**
 * Playwright of the project in the working folder, or else the one beside this package.
 * @throws {CheckupStopped} if there is none
 */
export async function loadPlaywright(names: readonly string[] = packages): Promise<Playwright> {
  const requireHere = createRequire(join(process.cwd(), 'package.json'));
  for (const name of names) {
    try {
      return requireHere(name) as Playwright;
    } catch {
      // The next one, or none.
    }
  }
  // Not a literal: a bundler must leave it alone.
  const [name] = names as [string];
  return (import(name) as Promise<Playwright>).catch(() => {
    throw new CheckupStopped(
      'a checkup in a browser needs playwright-core, which is not installed here',
      'npm install --save-dev playwright-core',
    );
  });
}

/** Addresses of this machine. A public name does not end in a digit, but may begin with `127.`. */
const loopback = Array.from({ length: 10 }, (_, digit) => `127.*${digit}`);

/** Names that a public server can have are not resolved, so that nothing in a page calls one. */
const ownNames = [...loopback, '*.localhost', '*.test', '*.local', '*.internal', '*.example', '*.invalid'];
const resolverRules = ['MAP *.* ~NOTFOUND', ...ownNames.map((name) => `EXCLUDE ${name}`)].join(', ');

const args = [
  `--host-resolver-rules=${resolverRules}`,
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where a Chromium may be, in the order in which they are tried: the one named, Playwright's own, Chrome, Edge, the system's. */
function candidates(named: string | undefined): LaunchOptions[] {
  if (named !== undefined && named !== '') return [{ executablePath: named }];
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].filter((path) => existsSync(path));
  return [{}, { channel: 'chrome' }, { channel: 'msedge' }, ...system.map((executablePath) => ({ executablePath }))];
}

/**
 * Starts a Chromium, which ends with this process.
 * @throws {CheckupStopped} if Playwright's library or a browser is missing
 */
export async function launchChromium(): Promise<Chromium> {
  const { chromium } = await loadPlaywright();
  // The command handles signals itself.
  const passSignals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  let reason = '';
  for (const place of candidates(process.env.CHROMIUM_PATH)) {
    try {
      return await chromium.launch({ ...place, ...passSignals, args });
    } catch (error) {
      reason ||= (error as Error).message.split('\n')[0] ?? '';
    }
  }
  throw new CheckupStopped(
    `no Chromium can be started: ${reason}`,
    'npx playwright-core install chromium, or name an installed one in CHROMIUM_PATH',
  );
}
