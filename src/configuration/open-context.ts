import { completeDiagnosis } from '../diagnosis/transaction.js';
import type { Context } from '../environment/context.js';
import { type ContextInput, createContext, environmentRecords } from '../environment/create-context.js';
import { createSharedClock } from '../environment/shared/shared-clock.js';
import { type CollectionFactory, serverWide } from '../environment/store/factory.js';
import { type Clock, createClock } from '../lib/clock.js';
import { repairFolder } from './stored/repair.js';

interface OpenInput extends Omit<ContextInput, 'records' | 'diagnose'> {
  /** Called with a sentence for each repair. */
  readonly onMended?: ((text: string) => void) | undefined;
}

/** The server's clock: where replicas share it, by the time of their store. */
const serverClock = async ({ sharing }: CollectionFactory): Promise<Clock> =>
  sharing ? createSharedClock(sharing.held(serverWide, 'clock'), sharing, (work) => sharing.locks.hold('clock', work)) : createClock();

/** Repairs the stored data, then creates what the endpoints work with. */
export async function openContext({ onMended = () => {}, ...input }: OpenInput): Promise<Context> {
  const { factory } = input;
  const { clock = await serverClock(factory) } = input;
  const records = environmentRecords(factory);
  // A shared store is not edited by hand, and what looks unfinished there may be the work of another replica.
  if (!factory.sharing) for (const text of await repairFolder({ factory, records, clock })) onMended(text);
  return createContext({ ...input, clock, records, diagnose: completeDiagnosis });
}
