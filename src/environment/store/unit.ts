import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The changes of one request. It may write several times, one after the other: where the disk refuses a later write, the
 * earlier ones are undone too, so that a request that is refused leaves nothing behind.
 */
export interface Unit {
  /** Registers what takes a change back. Throws the failure of a unit that has failed: it writes nothing more. */
  add(undo: () => void): void;
  /** Undoes everything, the last change first. */
  fail(failure: unknown): void;
}

const units = new AsyncLocalStorage<Unit>();

function createUnit(): Unit {
  const undos: (() => void)[] = [];
  let failed: { readonly failure: unknown } | undefined;
  return {
    add(undo) {
      if (failed) throw failed.failure;
      undos.push(undo);
    },
    fail(failure) {
      failed ??= { failure };
      for (let undo = undos.pop(); undo; undo = undos.pop()) undo();
    },
  };
}

/** Runs work whose changes belong together. */
export const inUnit = <T>(work: () => T): T => units.run(createUnit(), work);

/** Runs work outside the unit: it fails on its own, and is not undone. */
export const outsideUnit = <T>(work: () => T): T => units.exit(work);

/** The unit of the code that is running, where there is one. */
export const currentUnit = (): Unit | undefined => units.getStore();
