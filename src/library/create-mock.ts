import { pino } from 'pino';
import { openContext } from '../configuration/open-context.js';
import { seedServer } from '../configuration/seed/fill.js';
import { memoryFactory } from '../environment/store/factory.js';
import { missingTargets } from '../server/missing-references.js';
import { buildServer } from '../server/server.js';
import { createLocalMock } from './local-mock.js';
import { type MockOptions, settingsOf, startedWith } from './options.js';
import type { Mock } from './types.js';

/** A mock that does not listen: the same object, with `inject` instead of a port. For the fastest unit tests. */
export const createMock = (options: MockOptions = {}): Promise<Mock> => startedWith(options, create);

async function create(options: MockOptions): Promise<Mock> {
  const settings = settingsOf(options);
  const context = await openContext({ settings, log: pino({ level: 'silent' }), factory: memoryFactory() });
  await seedServer(context);
  const warnings = await missingTargets(context);
  const app = await buildServer(context);
  return createLocalMock({
    app,
    context,
    url: settings.baseUrl ?? `http://localhost:${settings.port}`,
    warnings,
    close: async () => app.close(),
  });
}
