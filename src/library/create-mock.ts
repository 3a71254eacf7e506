import { pino } from 'pino';
import { missingTargets } from '../server/missing-references.js';
import { openFilled, openStore } from '../server/open-server.js';
import { buildServer } from '../server/server.js';
import { createLocalMock } from './local-mock.js';
import { type MockOptions, settingsOf, startedWith } from './options.js';
import type { Mock } from './types.js';

/** A mock that does not listen: the same object, with `inject` instead of a port. For the fastest unit tests. */
export const createMock = (options: MockOptions = {}): Promise<Mock> => startedWith(options, create);

async function create(options: MockOptions): Promise<Mock> {
  const settings = settingsOf(options);
  const log = pino({ level: 'silent' });
  const mended: string[] = [];
  const onMended = (text: string) => void mended.push(text);
  const factory = await openStore(settings, log, onMended);
  const { context } = await openFilled({ settings, log, factory, onMended });
  const warnings = [...mended, ...(await missingTargets(context))];
  const app = await buildServer(context);
  return createLocalMock({
    app,
    context,
    url: settings.baseUrl ?? `http://localhost:${settings.port}`,
    warnings,
    async close() {
      await app.close();
      await factory.close();
    },
  });
}
