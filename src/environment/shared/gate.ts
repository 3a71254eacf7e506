/** Work that waits for its turn. */
interface Waiting {
  start(): void;
  refuse(error: unknown): void;
}

/** Lets so many pieces of work run at once. */
export interface Gate {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * A burst, such as a seed with many users, must not make the store so late that what it does in time counts as unanswered.
 * @param most how much may run at once
 * @param endsAll whether an error is one that all who wait would meet: they are refused at once
 */
export function createGate(most: number, endsAll: (error: unknown) => boolean): Gate {
  let running = 0;
  let waiting: Waiting[] = [];

  const enter = (): Promise<void> | undefined => {
    if (running < most) {
      running += 1;
      return undefined;
    }
    return new Promise((start, refuse) => waiting.push({ start, refuse }));
  };
  /** The next one has the place of the one that leaves. */
  const leave = () => {
    const next = waiting.shift();
    if (next) next.start();
    else running -= 1;
  };

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } catch (error) {
        if (endsAll(error)) {
          const refused = waiting;
          waiting = [];
          for (const each of refused) each.refuse(error);
        }
        throw error;
      } finally {
        leave();
      }
    },
  };
}
