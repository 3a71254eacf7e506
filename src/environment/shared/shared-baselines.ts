import type { Collection, Item } from '../../lib/collections/types.js';
import type { Baseline, Baselines } from '../model/baseline.js';
import type { EnvironmentRecord } from '../model/configuration.js';

/** A part of what a reset restores: the record of an environment, or items of one collection. */
export interface StoredBaseline {
  readonly id: string;
  readonly environmentId: string;
  readonly record?: EnvironmentRecord | undefined;
  readonly name?: string | undefined;
  readonly items?: readonly Item[] | undefined;
}

/** How many items are stored together. */
const together = 100;

/** What a reset restores, for all replicas: in the store alone, where it takes no memory of theirs. */
export function createSharedBaselines(stored: Collection<StoredBaseline>): Baselines {
  const drop = async (environmentId: string) => {
    const parts = await stored.find('environmentId', environmentId);
    await Promise.all(parts.map(({ id }) => stored.take(id)));
  };
  return {
    async save(environmentId, { record, items }: Baseline) {
      await drop(environmentId);
      const parts: StoredBaseline[] = [];
      for (const [name, all] of items)
        for (let at = 0; at < all.length; at += together)
          parts.push({ id: `${environmentId} ${name} ${at}`, environmentId, name, items: all.slice(at, at + together) });
      await Promise.all(parts.map((part) => stored.put(part)));
      // The last one: without it, the baseline is not complete.
      await stored.put({ id: environmentId, environmentId, record });
    },
    async of(environmentId) {
      const parts = await stored.find('environmentId', environmentId);
      const record = parts.find((part) => part.record)?.record;
      if (!record) return undefined;
      const items = new Map<string, Item[]>();
      for (const { name, items: some = [] } of parts) if (name !== undefined) items.set(name, [...(items.get(name) ?? []), ...some]);
      return { record, items };
    },
    drop,
  };
}
