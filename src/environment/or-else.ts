import { currentUnit } from './store/unit.js';

/** Does work that may fail, and reverts memory if it does: now, or when a later write of the same request fails. */
export async function orElse(undo: () => void, work: () => Promise<unknown>): Promise<void> {
  try {
    currentUnit()?.add(undo);
    await work();
  } catch (error) {
    undo();
    throw error;
  }
}
