import { isSystemError, WriteFailure } from './write-failure.js';

/** What a path leads to, so that a write notices when it was removed, or when something else is there. */
export interface Presence {
  /** Whether anything was learned. */
  readonly isKnown: boolean;
  /** Takes what is there now for the right one. */
  learn(): Promise<void>;
  /** Throws a WriteFailure where what was learned is gone. */
  require(): Promise<void>;
}

/** Nothing that was acknowledged may be lost in silence: what is on disk is no longer what the memory holds. */
export class Gone extends WriteFailure {
  constructor(place: string) {
    const what = `${place} was removed or replaced while the server was running, along with its contents`;
    const cause: NodeJS.ErrnoException = new Error(`${what}: put it back, or restart the server, which then starts with what is there`);
    super('data folder gone', place, cause);
  }
}

interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

const identityOf = async (place: string): Promise<Identity | undefined> => {
  try {
    const { dev, ino } = await process.getBuiltinModule('node:fs/promises').stat(place, { bigint: true });
    return { dev, ino };
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
};

/** Follows one path, from nothing at first. */
export function createPresence(place: string): Presence {
  let known: Identity | undefined;
  return {
    get isKnown() {
      return known !== undefined;
    },
    async learn() {
      known = await identityOf(place);
    },
    async require() {
      if (known === undefined) return;
      const there = await identityOf(place);
      if (there?.ino !== known.ino || there.dev !== known.dev) throw new Gone(place);
    },
  };
}
