import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '*.playwright.mjs',
  // A browser of the system; without it the one that `npx playwright install` has fetched.
  use: { launchOptions: { executablePath: process.env.CHROMIUM_PATH } },
});
