import { completeDiagnosis } from '../diagnosis/transaction.js';
import type { Context } from '../environment/context.js';
import { type ContextInput, createContext, environmentRecords } from '../environment/create-context.js';
import { createClock } from '../lib/clock.js';
import { repairFolder } from './stored/repair.js';

interface OpenInput extends Omit<ContextInput, 'records' | 'diagnose'> {
  /** Called with a sentence for each repair. */
  readonly onMended?: ((text: string) => void) | undefined;
}

/** Repairs the stored data, then creates what the endpoints work with. */
export async function openContext({ onMended = () => {}, ...input }: OpenInput): Promise<Context> {
  const { factory, clock = createClock() } = input;
  const records = environmentRecords(factory);
  for (const text of await repairFolder({ factory, records, clock })) onMended(text);
  return createContext({ ...input, clock, records, diagnose: completeDiagnosis });
}
