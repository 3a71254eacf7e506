import { pino } from 'pino';
import type { Context } from '../context.js';
import { createContext } from '../create-context.js';
import { seed } from '../seeding.js';
import { defaultSettings, type Settings } from '../settings.js';
import { memoryFactory } from '../store/factory.js';

/** The environments of a seed, with no server around them. */
export async function openOffline(settings: Partial<Settings> = {}): Promise<Context> {
  const context = await createContext({
    settings: { ...defaultSettings, ...settings },
    log: pino({ level: 'silent' }),
    factory: memoryFactory(),
  });
  await seed(context);
  return context;
}
