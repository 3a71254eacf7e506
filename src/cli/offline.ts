import { pino } from 'pino';
import { openContext } from '../configuration/open-context.js';
import { seedServer } from '../configuration/seed/fill.js';
import type { Context } from '../environment/context.js';
import { memoryFactory } from '../environment/store/factory.js';
import { defaultSettings, type Settings } from '../settings/read.js';

/** The environments of a seed, without a server. */
export async function openOffline(settings: Partial<Settings> = {}): Promise<Context> {
  const context = await openContext({
    settings: { ...defaultSettings, ...settings },
    log: pino({ level: 'silent' }),
    factory: memoryFactory(),
  });
  await seedServer(context);
  return context;
}
