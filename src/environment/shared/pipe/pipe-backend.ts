import type { Duplex } from 'node:stream';
import type { Backend, BackendListener, LogWatcher, Place } from '../backend.js';
import { StoreUnavailable } from '../errors.js';
import { createBatches } from './batches.js';
import { type Answered, type Asked, ofPlaces, type Step } from './messages.js';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** An error of the other process, as one of this process. */
function errorOf(name: string, message: string): Error {
  if (name === 'RangeError') return new RangeError(message);
  return name === 'StoreUnavailable' ? new StoreUnavailable(message) : new Error(message);
}

/**
 * How long the primary process may be silent while it is asked for something, in milliseconds. It answers in order, and is on the
 * same machine: where it is late, everything is, and to wait helps more than to refuse.
 */
const usualPatience = 5000;
/** How often this process looks for an answer during that time. */
const looks = 5;

/** The store that another process serves at the other end of a pipe (`serve-pipe.ts`). */
export function createPipeBackend(socket: Duplex, now: () => number, patience = usualPatience): Backend {
  const waiting = new Map<number, Waiting>();
  const shapes = new Map<string, number>();
  const watchers = new Map<number, LogWatcher>();
  let listener: BackendListener | undefined;
  let lastCall = 0;
  let failure: Error | undefined;
  let timer: NodeJS.Timeout | undefined;

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };
  const refuseAll = (error: Error) => {
    for (const id of waiting.keys()) settle(id)?.reject(error);
  };
  /** How many looks in a row found nothing. Looks are counted, not time: a process that was stopped meanwhile has looked once. */
  let silent = 0;
  const awaitAnswer = () => {
    if (waiting.size === 0 || timer) return;
    timer = setTimeout(look, patience / looks);
    timer.unref();
  };
  const look = () => {
    timer = undefined;
    silent += 1;
    if (silent >= looks) refuseAll(new StoreUnavailable('the primary process does not answer'));
    awaitAnswer();
  };

  const pipe = createBatches<Answered, Asked>(socket, {
    onMessage(answered) {
      silent = 0;
      const [kind] = answered;
      if (kind === 'value') settle(answered[1])?.resolve(answered[2] as never);
      else if (kind === 'changed') listener?.changed(answered[1]);
      else if (kind === 'grown') watchers.get(answered[1])?.(answered[2]);
      else settle(answered[1])?.reject(errorOf(answered[2], answered[3]));
    },
    onEnd() {
      failure = new StoreUnavailable('the primary process has ended');
      refuseAll(failure);
    },
  });

  /** The number of the shape of a place. */
  const shapeOf = ({ name, indexes }: Place): number => {
    const known = shapes.get(name);
    if (known !== undefined) return known;
    const number = shapes.size;
    shapes.set(name, number);
    pipe.send(['shape', number, { name, indexes }]);
    return number;
  };
  const argumentsOf = (name: Step, [first, ...rest]: readonly unknown[]): readonly unknown[] => {
    if (!ofPlaces.has(name)) return [first, ...rest];
    const place = first as Place;
    return [place.environmentId, shapeOf(place), ...rest];
  };
  /** Sends a message with a number of its own, and waits for the answer to it. */
  const ask = (messageOf: (id: number) => Asked): Promise<never> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      if (waiting.size === 0) silent = 0;
      lastCall += 1;
      waiting.set(lastCall, { resolve, reject });
      pipe.send(messageOf(lastCall));
      awaitAnswer();
    });
  const step =
    <const S extends Step>(name: S) =>
    (...given: Parameters<Backend[S]>): ReturnType<Backend[S]> => {
      const args = argumentsOf(name, given);
      return ask((id) => ['call', id, name, args]) as ReturnType<Backend[S]>;
    };

  return {
    put: step('put'),
    take: step('take'),
    takeAll: step('takeAll'),
    get: step('get'),
    find: step('find'),
    count: step('count'),
    window: step('window'),
    sweep: step('sweep'),
    environmentIds: step('environmentIds'),
    removeEnvironment: step('removeEnvironment'),
    append: step('append'),
    entries: step('entries'),
    lastEntry: step('lastEntry'),
    async watch(watcher) {
      let number = 0;
      await ask((id) => {
        number = id;
        watchers.set(id, watcher);
        return ['watch', id];
      });
      return () => {
        if (watchers.delete(number)) pipe.send(['unwatch', number]);
      };
    },
    version: step('version'),
    async subscribe(given) {
      listener = given;
    },
    lock: step('lock'),
    keepLock: step('keepLock'),
    unlock: step('unlock'),
    // Both processes have the same clock.
    time: async () => now(),
    get failure() {
      return failure;
    },
    async close() {
      pipe.close();
    },
  };
}
