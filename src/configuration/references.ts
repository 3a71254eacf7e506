import type { Environment } from '../environment/context.js';
import { unknownReference } from '../pingone/pingone-error.js';

/** An id in a body: the member's name in refusals, the id if there is one, and how to find the item it names. */
export type Reference = readonly [target: string, id: string | undefined, find: (environment: Environment, id: string) => Promise<unknown>];

/**
 * Refuses references to items that the environment does not have (docs/fidelity.md, management 2.6). What was read may be sent back
 * unchanged, so those of the item that a body replaces are not looked up again. Not for seeds: one that was pulled from a
 * tenant may refer to what was left out.
 */
export async function requireKnown(
  environment: Environment,
  references: readonly Reference[],
  before: readonly Reference[] = [],
): Promise<void> {
  const kept = new Set(before.map(([, id]) => id?.toLowerCase()));
  for (const [target, id, find] of references) {
    const named = id?.toLowerCase();
    if (named !== undefined && !kept.has(named) && !(await find(environment, named))) throw unknownReference(target);
  }
}
