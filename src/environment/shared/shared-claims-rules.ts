import { type ClaimsRule, type ClaimsRules, hookRule, type NewClaimsRule } from '../faults/claims-rules.js';
import type { HookedRequest, Hooks } from '../faults/hooks.js';
import type { CachedCollection } from './cached-collection.js';

/** A rule as it is stored; `left` is how often it still applies. */
export type StoredClaimsRule = ClaimsRule & { readonly left?: number | undefined };

interface SharedClaimsRulesOptions {
  readonly stored: CachedCollection<StoredClaimsRule>;
  readonly hooks: Hooks;
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly newId: () => string;
  /** The most rules; one more replaces the oldest. */
  readonly capacity?: number;
}

/** The claims rules that all replicas apply. How often one applies is counted over all of them. */
export function createSharedClaimsRules({ stored, hooks, inTurn, newId, capacity = 1000 }: SharedClaimsRulesOptions): ClaimsRules {
  const hooked = new Map<string, () => void>();

  /** Uses a rule up once: of requests to several replicas at once, only as many as are left. */
  const spend = (id: string): Promise<boolean> =>
    inTurn(async () => {
      const rule = stored.peek(id);
      if (!rule) return false;
      const { left = 1 } = rule;
      if (left <= 1) await stored.take(id);
      else await stored.put({ ...rule, left: left - 1 });
      return true;
    });
  const dueOf =
    ({ id }: ClaimsRule) =>
    (request: HookedRequest, fits: (request: HookedRequest) => boolean): boolean | Promise<boolean> => {
      const rule = stored.peek(id);
      if (!rule || !fits(request)) return false;
      return rule.left === undefined || spend(id);
    };
  const follow = (id: string, rule: ClaimsRule | undefined) => {
    if (rule && !hooked.has(id)) hooked.set(id, hookRule(hooks, rule, dueOf(rule)));
    if (rule) return;
    hooked.get(id)?.();
    hooked.delete(id);
  };
  for (const rule of stored.peekAll()) follow(rule.id, rule);
  stored.onChange(follow);

  return {
    async add(given: NewClaimsRule) {
      const rule: ClaimsRule = { ...given, id: newId() };
      await stored.put({ ...rule, ...(given.times !== undefined && { left: given.times }) });
      for (const { id } of stored.peekAll().slice(0, -capacity)) await stored.take(id);
      return rule;
    },
    list: () => stored.peekAll().map(({ left: _, ...rule }) => rule),
    remove: async (id) => (await stored.take(id)) !== undefined,
    async clear() {
      await Promise.all(stored.peekAll().map(({ id }) => stored.take(id)));
    },
  };
}
