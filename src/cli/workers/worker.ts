import { Socket } from 'node:net';
import { createPipeBackend } from '../../environment/shared/pipe/pipe-backend.js';
import { createClock } from '../../lib/clock.js';
import { createLogger, holdBack } from '../../server/log.js';
import { type RunningServer, startServer } from '../../server/start.js';
import type { Settings } from '../../settings/read.js';
import type { Invocation } from '../command.js';
import { explainError } from '../failure.js';
import { aborted, closeAndExit, settleEngine } from '../serving.js';
import { type FromPrimary, type FromWorker, pipeDescriptor } from './messages.js';

const say = (message: FromWorker): void => void process.send?.(message);

/** What the primary process says, by kind. */
function listen() {
  const waiting = new Map<string, (message: never) => void>();
  const of = <K extends FromPrimary['kind']>(kind: K) =>
    new Promise<Extract<FromPrimary, { kind: K }>>((resolve) => waiting.set(kind, resolve));
  const said = { begin: of('begin'), serve: of('serve'), stop: of('stop') };
  process.on('message', (message: FromPrimary) => waiting.get(message.kind)?.(message as never));
  return said;
}

const factsOf = ({ context: _context, app: _app, close: _close, ...facts }: RunningServer) => facts;

/** A worker: serves until it gets a signal or the primary process says stop. It ends with the primary process. */
export async function work({ env, output, errors, stop }: Invocation, settings: Settings): Promise<number> {
  const said = listen();
  const stopped = Promise.race([said.stop, aborted(stop)]);
  say({ kind: 'hello' });
  const { authority, watchesSeed, seed } = await said.begin;
  const events = holdBack(output);
  const logger = createLogger(settings, { output: events, errors });
  const backend =
    settings.store === undefined
      ? createPipeBackend(new Socket({ fd: pipeDescriptor, readable: true, writable: true }), createClock().now)
      : undefined;
  const starting = startServer(
    { ...settings, workers: 1 },
    {
      logger,
      backend,
      authority,
      watch: watchesSeed && { inForce: seed, onLoaded: (digest) => say({ kind: 'seed', digest }) },
      waitsFor: 'workers',
      onWarning: (text) => say({ kind: 'warning', text }),
    },
  );
  const server = await Promise.race([starting, stopped.then(() => undefined)]).catch((error: unknown) => {
    say({ kind: 'failed', ...explainError(error, env) });
    // The primary process ends this one.
    return stopped.then(() => undefined);
  });
  if (!server) process.exit(0);
  say({ kind: 'ready', facts: factsOf(server) });
  await Promise.race([said.serve, stopped]);
  server.context.waitingFor.delete('workers');
  events.release();
  settleEngine();
  await stopped;
  return closeAndExit(server, (text) => errors.write(`pingone-mock: ${text}\n`));
}
