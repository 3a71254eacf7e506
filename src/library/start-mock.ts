import { startServer } from '../server/start.js';
import { createLocalMock } from './local-mock.js';
import { type MockOptions, settingsOf, startedWith } from './options.js';
import type { Mock } from './types.js';

/** Starts a mock in this process: on a free port of 127.0.0.1, without a log, in memory. `await using` or `close()` stops it. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const start = (given: MockOptions) => startServer(settingsOf({ port: 0, httpsPort: 0, ...given }));
  const { app, context, url, httpsUrl, warnings, close } = await startedWith(options, start);
  return createLocalMock({ app, context, url, httpsUrl, warnings, close });
}
