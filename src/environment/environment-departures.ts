import type { Collection } from '../lib/collections/types.js';
import type { Environment } from './context.js';
import { dropRolesOn, scopesIn } from './drop-roles.js';
import type { EnvironmentRegistry } from './environment-registry.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { orElse } from './or-else.js';
import type { CollectionFactory } from './store/factory.js';
import { outsideUnit } from './store/unit.js';

/** How environments go. The next one of the same id waits for the end of a removal, which would take what it stores. */
export interface EnvironmentDepartures {
  /** Removes an environment, with what is stored of it; false if there was none. If the store refuses, it is back where it was. */
  remove(id: string): Promise<boolean>;
  /** Erases what an environment has stored that could not be added. `record` is its record if that fails. */
  abandon(environment: Environment, record: EnvironmentRecord): Promise<void>;
  isLeaving(id: string): boolean;
  /** Resolves once the removal under way has ended, whether it succeeded or not. */
  hasLeft(id: string): Promise<void>;
  allHaveLeft(): Promise<void>;
}

interface DeparturesOptions {
  environments: EnvironmentRegistry;
  factory: CollectionFactory;
  /** The collection of the environments' records. */
  records: Collection<EnvironmentRecord>;
  /** Drops what is kept of an environment elsewhere. */
  onRemoved: (id: string) => Promise<void>;
}

export function createEnvironmentDepartures({ environments, factory, records, onRemoved }: DeparturesOptions): EnvironmentDepartures {
  /** Removals under way. */
  const leaving = new Map<string, Promise<void>>();
  const leave = (id: string, work: () => Promise<void>): Promise<void> => {
    const done = work();
    const settled = done
      .catch(() => {})
      .then(() => {
        leaving.delete(id);
      });
    leaving.set(id, settled);
    return done;
  };

  /** Erases what is stored of an environment. A kill in between ends the removal at the next start. */
  const erase = async ({ id, record, store }: Environment, restored: EnvironmentRecord): Promise<void> => {
    const scopes = await scopesIn(id, store);
    // Outside of the unit: a later failure of the request must not undo it.
    await outsideUnit(() => records.put({ ...record, unfinished: true }));
    try {
      await factory.removeEnvironment(id);
    } catch (error) {
      await outsideUnit(() => records.put(restored)).catch(() => {});
      throw error;
    }
    // That cannot be undone, so neither is this: if it fails, the next start does it.
    await outsideUnit(async () => {
      await dropRolesOn(
        environments.list().map((other) => other.store),
        scopes,
      );
      await records.take(id);
    }).catch(() => {});
  };

  return {
    async remove(id) {
      const removed = environments.get(id);
      if (!removed) {
        await leaving.get(id);
        return false;
      }
      let isErased = false;
      const putBack = environments.takeOut(id);
      await leave(id, async () => {
        await orElse(
          () => {
            if (!isErased) putBack();
          },
          async () => {
            await erase(removed, removed.record);
            isErased = true;
          },
        );
        removed.requests.clear();
        environments.announceRemoval(id);
        await onRemoved(id);
      });
      return true;
    },
    abandon: (environment, record) => leave(environment.id, () => erase(environment, record)),
    isLeaving: (id) => leaving.has(id),
    hasLeft: async (id) => leaving.get(id),
    async allHaveLeft() {
      await Promise.all(leaving.values());
    },
  };
}
