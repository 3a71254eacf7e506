import { defineConfig } from '@playwright/test';
import config from './playwright.config.mjs';

const baseURL = `http://localhost:${process.env.PORT ?? 9400}`;

export default defineConfig(config, {
  testMatch: '*.served.mjs',
  use: { baseURL },
  webServer: { command: 'npx pingone-mock', url: `${baseURL}/readyz` },
});
