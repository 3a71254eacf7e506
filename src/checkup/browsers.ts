import { type Browser, createBrowser } from './browser.js';
import { createChromiumProfile } from './chromium.js';
import { launchChromium } from './playwright.js';
import { CheckupStopped } from './stopped.js';
import type { CheckupOptions } from './types.js';

/** Where the browsers of a checkup come from. */
export interface Browsers {
  /** A browser in which nothing has happened yet. */
  open(stop: AbortSignal): Promise<Browser>;
  close(): Promise<void>;
}

/**
 * Browsers without scripts, or those of a Chromium.
 * @throws {CheckupStopped} if a Chromium is wanted and cannot be started
 */
export async function startBrowsers({ browser = false, click }: CheckupOptions): Promise<Browsers> {
  if (!browser && click !== undefined)
    throw new CheckupStopped(
      'nothing can be clicked without a browser',
      'add --browser (browser: true), or give the address behind the button',
    );
  if (!browser) return { open: async (stop) => createBrowser(stop), close: async () => {} };
  const chromium = await launchChromium();
  return { open: (stop) => createChromiumProfile(chromium, click, stop), close: () => chromium.close() };
}
