import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { version } from '../embedded.js';
import { createLogger, holdBack } from '../server/log.js';
import { type RunningServer, startServer } from '../server/start.js';
import { readSettings, type Settings } from '../settings/read.js';
import { banner, readyLine } from './banner.js';
import type { Invocation, Run } from './command.js';

// The grace time of container engines is 10 seconds, of CI systems often 5.
const longestStopMilliseconds = 4000;

/** The seed of whoever names none: a file of this name where the command is started. */
const workingSeed = 'pingone-mock.config.json';

const withWorkingSeed = (settings: Settings): Settings => {
  const { config, configFile, seedFolder } = settings;
  return config === undefined && configFile === undefined && seedFolder === undefined && existsSync(workingSeed)
    ? { ...settings, configFile: workingSeed }
    : settings;
};

/** Starts the server and runs it until a signal comes. */
export const start: Run = async (invocation) => {
  const { argv, env, output } = invocation;
  const { settings, warnings } = readSettings({ argv, env, terminal: output.isTTY === true });
  const json = settings.json || settings.logFormat === 'json';
  return serve(invocation, withWorkingSeed(settings), warnings, (server) =>
    json ? readyLine(server, version) : banner(server, settings, version),
  );
};

/** Runs a server with these settings; once it is ready, what is announced goes out before all else. */
export async function serve(
  { env, output, errors, stop }: Invocation,
  settings: Settings,
  warnings: readonly string[],
  announce: (server: RunningServer) => string,
): Promise<number> {
  const warn = (text: string) => errors.write(`pingone-mock: ${text}\n`);
  for (const warning of warnings) warn(warning);
  if (env.NODE_ENV === 'production') warn('NODE_ENV is production, and this is a mock: it proves nothing and keeps no secret');
  if (stop.aborted) return 0;

  const events = holdBack(output);
  const starting = startServer(settings, { logger: createLogger(settings, { output: events, errors }), watch: true, onWarning: warn });
  // A signal is not kept waiting for a start: nothing has been answered yet that could be lost.
  const server = await Promise.race([starting, aborted(stop)]);
  if (!server) process.exit(0);
  if (!stop.aborted) {
    output.write(announce(server));
    events.release();
    // The heap may grow by half of what lives in it before it is cleaned up, not fourfold: a third less memory after many flows.
    setFlagsFromString('--heap-growing-percent=50');
    await aborted(stop);
  }
  const overdue = setTimeout(() => {
    warn(`did not stop within ${longestStopMilliseconds / 1000} seconds`);
    process.exit(1);
  }, longestStopMilliseconds);
  await server.close();
  clearTimeout(overdue);
  // What is still open (a timer, a socket of a client) is not waited for.
  process.exit(0);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
