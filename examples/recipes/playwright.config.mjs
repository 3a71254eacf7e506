import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '*.playwright.mjs',
  // The system's browser, or by default the one from `npx playwright install`.
  use: { launchOptions: { executablePath: process.env.CHROMIUM_PATH } },
});
