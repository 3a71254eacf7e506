import { test as base } from '@playwright/test';
import { startMock } from 'pingone-mock';

export const test = base.extend({
  mock: [
    async ({}, use) => {
      const mock = await startMock();
      await use(mock);
      await mock.close();
    },
    { scope: 'worker' },
  ],
  pingone: async ({ mock }, use) => {
    const env = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe', password: 'Right-Passw0rd1' }] });
    await use(env);
    await env.delete();
  },
});
