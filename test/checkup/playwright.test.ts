import t from 'tap';
import { launchChromium, loadPlaywright } from '../../src/checkup/playwright.js';

t.test('a project without playwright-core reads what to install', async (t) => {
  await t.rejects(loadPlaywright(['no-such-package']), {
    name: 'CheckupStopped',
    message: /needs playwright-core/,
    fix: 'npm install --save-dev playwright-core',
  });
});

t.test('a machine without a Chromium reads how to get one', async (t) => {
  const { CHROMIUM_PATH: before } = process.env;
  process.env.CHROMIUM_PATH = '/nowhere/chromium';
  t.teardown(() => {
    if (before === undefined) delete process.env.CHROMIUM_PATH;
    else process.env.CHROMIUM_PATH = before;
  });
  await t.rejects(launchChromium(), {
    message: /no Chromium can be started: .*\/nowhere\/chromium/,
    fix: /playwright-core install chromium.*CHROMIUM_PATH/,
  });
});
