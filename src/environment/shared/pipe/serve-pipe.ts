import type { Duplex } from 'node:stream';
import type { Backend } from '../backend.js';
import { createBatches } from './batches.js';
import { type Answered, type Asked, ofPlaces, type Shape, type Step } from './messages.js';

type Steps = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

/** Carries out what a worker asks for at the other end of a pipe. The backend closes when the worker is gone. */
export async function servePipe(socket: Duplex, backend: Backend): Promise<void> {
  const shapes = new Map<number, Shape>();
  const watches = new Map<number, () => void>();
  const steps = backend as unknown as Steps;

  async function watch(id: number): Promise<void> {
    watches.set(id, await backend.watch((environmentId) => pipe.send(['grown', id, environmentId])));
  }
  async function call(step: Step, args: readonly unknown[]): Promise<unknown> {
    if (!ofPlaces.has(step)) return steps[step]?.(...args);
    const [environmentId, shape, ...rest] = args;
    return steps[step]?.({ environmentId, ...shapes.get(shape as number) }, ...rest);
  }
  const answer = (id: number, work: Promise<unknown>): void =>
    void work.then(
      (value) => pipe.send(['value', id, value]),
      (error: Error) => pipe.send(['error', id, error.name, error.message]),
    );

  const pipe = createBatches<Asked, Answered>(socket, {
    onMessage(asked) {
      const [kind, id] = asked;
      if (kind === 'call') answer(id, call(asked[2], asked[3]));
      else if (kind === 'shape') shapes.set(id, asked[2]);
      else if (kind === 'watch') answer(id, watch(id));
      else {
        watches.get(id)?.();
        watches.delete(id);
      }
    },
    onEnd: () => void backend.close(),
  });
  await backend.subscribe({ changed: (change) => pipe.send(['changed', change]), resumed() {} });
}
