import { pino } from 'pino';
import { createContext } from '../create-context.js';
import { seed } from '../seeding.js';
import { buildServer } from '../server.js';
import { missingTargets } from '../setting-targets.js';
import { memoryFactory } from '../store/factory.js';
import { createLocalMock } from './local-mock.js';
import { type MockOptions, settingsOf, startedWith } from './options.js';
import type { Mock } from './types.js';

/** A mock that does not listen: the same object, with `inject` in place of a port. For the fastest unit tests. */
export const createMock = (options: MockOptions = {}): Promise<Mock> => startedWith(options, create);

async function create(options: MockOptions): Promise<Mock> {
  const settings = settingsOf(options);
  const context = await createContext({ settings, log: pino({ level: 'silent' }), factory: memoryFactory() });
  await seed(context);
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
