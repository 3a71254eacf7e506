import cluster, { type Worker } from 'node:cluster';
import type { Duplex } from 'node:stream';
import type { MemoryStore } from '../../environment/shared/memory/memory-store.js';
import { servePipe } from '../../environment/shared/pipe/serve-pipe.js';
import type { ServerFacts } from '../../server/start.js';
import { type Failed, type FromPrimary, type FromWorker, pipeDescriptor } from './messages.js';

interface FleetOptions {
  readonly count: number;
  /** What the workers share their state through, unless they have another store. */
  readonly store: MemoryStore | undefined;
  /** PEM of the certificate authority that all workers share, with its key. */
  readonly authority: string | undefined;
  readonly onWarning: (text: string) => void;
}

/** The worker processes. One that ends is replaced. */
export interface Fleet {
  /** What the first one says about the server, once all of them listen. */
  readonly ready: Promise<ServerFacts>;
  /** Why one of them cannot start. */
  readonly failed: Promise<Failed>;
  /** Lets them say that they are ready. */
  serve(): void;
  /** Ends them. Resolves with the exit code: 0 where each has ended in order. */
  stop(): Promise<number>;
}

/** A place in the fleet, whose worker may change. */
interface Slot {
  readonly number: number;
  worker?: Worker;
  isReady: boolean;
  /** How many workers in a row ended before they were ready. */
  failures: number;
}

/** How long to wait before another attempt, in milliseconds, where a worker ends before it is ready. */
const pauseAfter = (failures: number): number => (failures === 0 ? 0 : Math.min(100 * 2 ** failures, 5000));

const tell = (worker: Worker | undefined, message: FromPrimary): void => {
  if (worker?.isConnected()) worker.send(message, () => {});
};

/**
 * Node.js forgets the connection that it was handing over to a worker that ends, and its client would wait forever. It is the last
 * one: the next connection follows once the worker has taken the one before.
 * @returns closes that connection; one that was taken is closed here already
 */
function watchHandOver({ process: child }: Worker): () => void {
  const send = child.send.bind(child) as (...given: unknown[]) => boolean;
  let handed: unknown;
  child.send = ((message: unknown, handle: unknown, ...rest: unknown[]) => {
    if (typeof handle === 'object' && handle !== null) handed = handle;
    return send(message, handle, ...rest);
  }) as typeof child.send;
  return () => (handed as { close?: () => void } | undefined)?.close?.();
}

export function startFleet({ count, store, authority, onWarning }: FleetOptions): Fleet {
  // The same command again, with a pipe for the store. On Windows, `overlapped` lets both ends read and write at once.
  const [exec, ...args] = process.argv.slice(1);
  cluster.setupPrimary({ exec, args, stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'overlapped'] });

  const slots: Slot[] = Array.from({ length: count }, (_, at) => ({ number: at + 1, isReady: false, failures: 0 }));
  const warned = new Set<string>();
  let phase: 'starting' | 'serving' | 'stopping' = 'starting';
  let exitCode = 0;
  let onReady: (facts: ServerFacts) => void = () => {};
  let onFailed: (failed: Failed) => void = () => {};
  let onEmpty = () => {};
  const ready = new Promise<ServerFacts>((resolve) => {
    onReady = resolve;
  });
  const failed = new Promise<Failed>((resolve) => {
    onFailed = resolve;
  });

  /** Workers that wait until the first one has applied the seed. */
  let waiting: Slot[] = [];
  /** The digest of the seed in force: the next worker that watches it loads what has changed since then. */
  let seed: string | undefined;
  const letBegin = ({ worker, number }: Slot) => tell(worker, { kind: 'begin', authority, watchesSeed: number === 1, seed });

  function hear(slot: Slot, worker: Worker, message: FromWorker): void {
    if (message.kind === 'hello') {
      // A stop that was sent before it listened is lost.
      if (phase === 'stopping') tell(worker, { kind: 'stop' });
      if (phase === 'starting' && slot.number > 1 && !slots[0]?.isReady) waiting.push(slot);
      else letBegin(slot);
    } else if (message.kind === 'warning') {
      // All workers find the same.
      if (!warned.has(message.text)) onWarning(message.text);
      warned.add(message.text);
    } else if (message.kind === 'seed') {
      seed = message.digest;
    } else if (message.kind === 'failed') {
      if (phase === 'serving') onWarning(`worker ${slot.number} could not start: ${message.message}`);
      onFailed(message);
      worker.process.kill('SIGKILL');
    } else {
      slot.isReady = true;
      slot.failures = 0;
      for (const each of waiting) letBegin(each);
      waiting = [];
      if (phase === 'serving') tell(worker, { kind: 'serve' });
      else if (slots.every(({ isReady }) => isReady)) onReady(message.facts);
    }
  }

  function ended(slot: Slot, code: number | null, signal: string | null): void {
    const wasReady = slot.isReady;
    slot.worker = undefined;
    slot.isReady = false;
    if (phase === 'stopping') {
      if (code !== 0) exitCode = 1;
      if (slots.every(({ worker }) => worker === undefined)) onEmpty();
      return;
    }
    const how = `worker ${slot.number} ended (${signal ?? `exit code ${code}`})`;
    if (phase === 'starting') {
      onFailed({ message: `${how} before it was ready`, exitCode: 1 });
      return;
    }
    slot.failures = wasReady ? 0 : slot.failures + 1;
    onWarning(`${how}; another one takes its place`);
    setTimeout(() => begin(slot), pauseAfter(slot.failures));
  }

  function begin(slot: Slot): void {
    if (phase === 'stopping') return;
    const worker = cluster.fork();
    const closeHandedOver = watchHandOver(worker);
    slot.worker = worker;
    if (store)
      servePipe(worker.process.stdio[pipeDescriptor] as unknown as Duplex, store.open()).catch((error: Error) => onWarning(error.message));
    worker.on('message', (message: FromWorker) => hear(slot, worker, message));
    worker.on('error', () => {});
    worker.on('exit', (code: number | null, signal: string | null) => {
      closeHandedOver();
      ended(slot, code, signal);
    });
  }
  for (const slot of slots) begin(slot);

  return {
    ready,
    failed,
    serve() {
      phase = 'serving';
      for (const { worker, isReady } of slots) if (isReady) tell(worker, { kind: 'serve' });
    },
    async stop() {
      phase = 'stopping';
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      const left = slots.filter(({ worker }) => worker !== undefined);
      for (const { worker } of left) tell(worker, { kind: 'stop' });
      if (left.length > 0) await empty;
      return exitCode;
    },
  };
}
