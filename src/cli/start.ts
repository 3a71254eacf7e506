import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { version } from '../embedded.js';
import { createLogger, holdBack } from '../server/log.js';
import { type RunningServer, startServer } from '../server/start.js';
import { readSettings, type Settings } from '../settings/read.js';
import { banner, readyLine } from './banner.js';
import type { Invocation, Run } from './command.js';
import { workingSeed } from './working-seed.js';

// Container engines wait 10 seconds before they kill, CI systems often 5.
const longestStopMilliseconds = 4000;

const withWorkingSeed = (settings: Settings): Settings => {
  const { config, configFile, seedFolder } = settings;
  return config === undefined && configFile === undefined && seedFolder === undefined && existsSync(workingSeed)
    ? { ...settings, configFile: workingSeed }
    : settings;
};

/** Runs the server until it receives a signal. */
export const start: Run = async (invocation) => {
  const { argv, env, output } = invocation;
  const { settings, warnings } = readSettings({ argv, env, terminal: output.isTTY === true });
  const json = settings.json || settings.logFormat === 'json';
  return serve(invocation, withWorkingSeed(settings), warnings, (server) =>
    json ? readyLine(server, version) : banner(server, settings, version),
  );
};

/** Runs a server with these settings. Once it is ready, the announcement is the first output. */
export async function serve(
  { env, output, errors, stop }: Invocation,
  settings: Settings,
  warnings: readonly string[],
  announce: (server: RunningServer) => string,
): Promise<number> {
  const events = holdBack(output);
  const logger = createLogger(settings, { output: events, errors });
  const inLog = settings.logFormat === 'json';
  const warn = (text: string) => (inLog ? logger.warn({ event: 'start' }, text) : errors.write(`pingone-mock: ${text}\n`));
  for (const warning of warnings) warn(warning);
  if (env.NODE_ENV === 'production') warn('NODE_ENV is production, but this is a mock: it verifies no one and protects nothing');
  if (stop.aborted) return 0;

  const starting = startServer(settings, { logger, watch: true, onWarning: warn });
  // A signal does not wait for the start: no request has been answered yet.
  const server = await Promise.race([starting, aborted(stop)]);
  if (!server) process.exit(0);
  if (!stop.aborted) {
    output.write(announce(server));
    events.release();
    // Collect garbage once the heap has grown by half, not fourfold, and keep the space for new objects as large as it was
    // after the start: on Node 24 this saves a third of the memory after many flows, at no measurable cost.
    setFlagsFromString('--heap-growing-percent=50');
    setFlagsFromString('--semi-space-growth-factor=1');
    await aborted(stop);
  }
  const overdue = setTimeout(() => {
    warn(`did not stop within ${longestStopMilliseconds / 1000} seconds`);
    process.exit(1);
  }, longestStopMilliseconds);
  await server.close();
  clearTimeout(overdue);
  // Do not wait for open timers and client sockets.
  process.exit(0);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
