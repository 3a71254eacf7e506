import { pino } from 'pino';
import type { Test } from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import { storedProblem } from '../../src/configuration/stored/validate.js';
import type { Damage } from '../../src/environment/store/damage.js';
import { openFolder } from '../../src/environment/store/folder.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings } from '../../src/settings/read.js';
import { managementClient } from './management.js';
import { unlessGone } from './unless-gone.js';

/** A server with a data folder, what was damaged in it, and what the start mended. */
export async function startStored(t: Test, folder: string, log = pino({ level: 'silent' })) {
  const damages: Damage[] = [];
  const factory = await openFolder(folder, { validate: storedProblem, onDamage: (damage) => damages.push(damage) });
  const mended: string[] = [];
  const context = await openContext({
    settings: { ...defaultSettings, dataFolder: folder },
    log,
    factory,
    onMended: (text) => mended.push(text),
  });
  await seedServer(context);
  const app = await buildServer(context);
  const close = async () => {
    await app.close();
    await factory.close();
  };
  t.teardown(() => close().catch(unlessGone));
  return { app, call: await managementClient(app), context, factory, damages, mended, close };
}
