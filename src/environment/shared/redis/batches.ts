/** Work that waits until it goes out with other work. */
interface Waiting<Step, Reply> {
  readonly step: Step;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

interface BatchOptions<Step, Reply> {
  /** Does several steps in their order; a step that fails has an Error in place of its reply. */
  readonly send: (steps: readonly Step[]) => Promise<readonly (Reply | Error)[]>;
  /** The most steps in a batch. */
  readonly most?: number;
  /** How many batches may be under way: a burst must not make the store so late that what it does in time counts as unanswered. */
  readonly atOnce?: number;
}

/**
 * Sends the steps that are asked for in one turn of the event loop together, also those of different requests: one round trip for
 * all. Where a batch fails as a whole, so does what waits for the next one.
 */
export function createBatches<Step, Reply>({ send, most = 50, atOnce = 4 }: BatchOptions<Step, Reply>): (step: Step) => Promise<Reply> {
  let waiting: Waiting<Step, Reply>[] = [];
  let underWay = 0;
  let isPlanned = false;

  const plan = () => {
    if (isPlanned || waiting.length === 0 || underWay >= atOnce) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      while (waiting.length > 0 && underWay < atOnce) void deliver(waiting.splice(0, most));
    });
  };

  const deliver = async (batch: readonly Waiting<Step, Reply>[]): Promise<void> => {
    underWay += 1;
    try {
      const replies = await send(batch.map(({ step }) => step));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const reply = replies[at] as Reply | Error;
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      }
    } catch (error) {
      const refused = [...batch, ...waiting];
      waiting = [];
      for (const { reject } of refused) reject(error);
    } finally {
      underWay -= 1;
      plan();
    }
  };

  return (step) =>
    new Promise((resolve, reject) => {
      waiting.push({ step, resolve, reject });
      plan();
    });
}
