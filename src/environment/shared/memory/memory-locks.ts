import type { Fence } from '../backend.js';

/** Locks as one replica takes them. */
interface OwnedLocks {
  lock(name: string, owner: string, milliseconds: number): boolean;
  keep(name: string, owner: string, milliseconds: number): boolean;
  unlock(name: string, owner: string): void;
  /** Frees what this replica holds. */
  close(): void;
}

interface Lock {
  readonly owner: string;
  readonly holder: OwnedLocks;
  until: number;
}

/** Locks that end by themselves, and with the replica that holds them. */
export interface MemoryLocks {
  open(): OwnedLocks;
  /** Whether each of these locks is held by its owner. */
  areHeld(fences: readonly Fence[]): boolean;
}

export function createMemoryLocks(now: () => number): MemoryLocks {
  const locks = new Map<string, Lock>();
  const heldBy = (name: string, owner: string): Lock | undefined => {
    const lock = locks.get(name);
    return lock && lock.owner === owner && lock.until > now() ? lock : undefined;
  };
  return {
    areHeld: (fences) => fences.every(({ name, owner }) => heldBy(name, owner) !== undefined),
    open() {
      const holder: OwnedLocks = {
        lock(name, owner, milliseconds) {
          const other = locks.get(name);
          if (other && other.until > now()) return false;
          locks.set(name, { owner, holder, until: now() + milliseconds });
          return true;
        },
        keep(name, owner, milliseconds) {
          const lock = heldBy(name, owner);
          if (lock) lock.until = now() + milliseconds;
          return lock !== undefined;
        },
        unlock(name, owner) {
          if (heldBy(name, owner)) locks.delete(name);
        },
        close() {
          for (const [name, lock] of locks) if (lock.holder === holder) locks.delete(name);
        },
      };
      return holder;
    },
  };
}
