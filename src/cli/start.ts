import { existsSync } from 'node:fs';
import { version } from '../embedded.js';
import { availableCores } from '../lib/cores.js';
import { createLogger, holdBack } from '../server/log.js';
import { type RunningServer, type ServerFacts, startServer } from '../server/start.js';
import { readSettings, type Settings } from '../settings/read.js';
import { banner, readyLine } from './banner.js';
import type { Invocation, Run } from './command.js';
import { aborted, closeAndExit, settleEngine, warnFirst } from './serving.js';
import { workingSeed } from './working-seed.js';

const withWorkingSeed = (settings: Settings): Settings => {
  const { config, configFile, seedFolder } = settings;
  return config === undefined && configFile === undefined && seedFolder === undefined && existsSync(workingSeed)
    ? { ...settings, configFile: workingSeed }
    : settings;
};

/** Runs the server until it receives a signal. */
export const start: Run = async (invocation) => {
  const { argv, env, output } = invocation;
  const read = readSettings({ argv, env, terminal: output.isTTY === true });
  const json = read.settings.json || read.settings.logFormat === 'json';
  const workers = read.settings.workers === 'auto' ? availableCores() : read.settings.workers;
  const settings = { ...withWorkingSeed(read.settings), workers };
  const announce = (facts: ServerFacts) => (json ? readyLine(facts, settings, version) : banner(facts, settings, version));
  if (workers === 1) return serve(invocation, settings, read.warnings, announce);
  const { startWorkers } = await import('./workers/entry.js');
  return startWorkers(invocation, settings, { count: workers, warnings: read.warnings, announce });
};

/** Runs a server with these settings. Once it is ready, the announcement is the first output. */
export async function serve(
  invocation: Invocation,
  settings: Settings,
  warnings: readonly string[],
  announce: (server: RunningServer) => string,
): Promise<number> {
  const { output, errors, stop } = invocation;
  const events = holdBack(output);
  const logger = createLogger(settings, { output: events, errors });
  const warn = warnFirst(invocation, settings, warnings);
  if (stop.aborted) return 0;

  const starting = startServer(settings, { logger, watch: true, onWarning: warn });
  // A signal does not wait for the start: no request has been answered yet.
  const server = await Promise.race([starting, aborted(stop)]);
  if (!server) process.exit(0);
  if (!stop.aborted) {
    output.write(announce(server));
    events.release();
    settleEngine();
    await aborted(stop);
  }
  return closeAndExit(server, warn);
}
