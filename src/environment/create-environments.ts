import type { Collection } from '../lib/collections/types.js';
import { createEnvironmentBuilder, type EnvironmentBuilderOptions } from './build-environment.js';
import type { Environment, Environments } from './context.js';
import { EnvironmentClash } from './environment-clash.js';
import { createEnvironmentDepartures } from './environment-departures.js';
import { createEnvironmentRegistry } from './environment-registry.js';
import { createBaselines } from './model/baseline.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { orElse } from './or-else.js';
import { makePolicyKeys } from './policy-keys.js';
import { createSeeded } from './seeded.js';
import { openSharedSeed } from './shared/open-shared-seed.js';
import type { SharedParts } from './shared/shared-parts.js';
import { WriteFailure } from './store/write-failure.js';

interface EnvironmentsOptions extends EnvironmentBuilderOptions {
  /** The collection of the environments' records. */
  records: Collection<EnvironmentRecord>;
}

/** Removes what requests under way have recorded of an environment after its removal: the next one of its id begins without. */
function startOver({ transactions, requests, activities }: Environment): void {
  transactions.clear();
  requests.clear();
  activities.clear();
}

/** Opens the stored environments; more can be added. */
export async function createEnvironments(options: EnvironmentsOptions): Promise<Environments> {
  const { factory, records, events, log } = options;
  const { partsOf, build } = createEnvironmentBuilder(options);
  /** Those that are being filled here. */
  const unfinishedIds = new Set<string>();
  const { sharing } = factory;
  const { seeded, baselines } = sharing ? await openSharedSeed(sharing) : { seeded: createSeeded(), baselines: createBaselines() };
  const environments = createEnvironmentRegistry(() => seeded.list().map(({ id }) => id));
  const { putInOrder } = environments;
  const isSeeded = (id: string) => seeded.list().some((record) => record.id === id);
  const alone = <T>(name: string, work: () => Promise<T>, patience?: number): Promise<T> =>
    sharing ? sharing.locks.hold(name, work, patience) : work();
  const departures = createEnvironmentDepartures({
    environments,
    factory,
    records,
    async onRemoved(id) {
      events.forget(id);
      if (!isSeeded(id)) await baselines.drop(id);
    },
  });

  const open = (record: EnvironmentRecord, parts: SharedParts | undefined): Environment => {
    const removal = new AbortController();
    const environment = build(record, { parts, removed: removal.signal, others: environments.list });
    environments.add(environment, removal);
    return environment;
  };

  const openStored = async (record: EnvironmentRecord): Promise<void> => {
    const parts = await partsOf(record.id);
    // Opened meanwhile by a request that adds it, or removed again.
    if (environments.has(record.id)) return;
    const environment = open(record, parts);
    await Promise.all([makePolicyKeys(environment), environment.store.activeDomains.load()]);
  };
  /** Removes what a replica left that was killed while it added an environment; one that is still adding it keeps it. */
  const dropUnfinished = ({ id }: EnvironmentRecord): Promise<void> =>
    alone(
      `environment:${id}`,
      async () => {
        if (!(await records.get(id))?.unfinished) return;
        await factory.removeEnvironment(id);
        await records.take(id);
      },
      0,
    ).catch(() => {});
  for (const record of await records.list()) {
    if (sharing && record.unfinished) await dropUnfinished(record);
    else await openStored(record);
  }
  putInOrder();

  /** Those that another replica has added, until they are open here. */
  const opening = new Map<string, EnvironmentRecord>();
  /** Follows what other replicas add, change and remove. */
  if (sharing)
    records.onChange((id, record) => {
      const environment = environments.get(id);
      if (!record || record.unfinished) {
        // One that this replica is adding itself is there already, and goes by itself if that fails.
        if (record || !environment) return;
        environments.takeOut(id);
        environments.announceRemoval(id);
        sharing.forget(id);
        events.forget(id);
      } else if (environment) environment.record = record;
      else {
        opening.set(id, record);
        openStored(record)
          .finally(() => opening.delete(id))
          .then(putInOrder)
          .catch((error: unknown) => log.error({ error, environmentId: id }, 'the environment could not be opened'));
      }
    });

  const add: Environments['add'] = async (record, fill) => {
    const { id } = record;
    // Without a removal there is no await: whether a name is taken is decided in one step with adding.
    while (departures.isLeaving(id)) await departures.hasLeft(id);
    const parts = sharing ? await partsOf(id) : undefined;
    if (environments.has(id)) throw new EnvironmentClash(id, 'exists');
    const environment = open(record, parts);
    if (sharing) startOver(environment);
    const isThere = () => environments.get(id) === environment;
    const drop = () => {
      if (isThere()) environments.takeOut(id);
    };
    await orElse(drop, async () => {
      // If a kill comes in between, the next start removes it: it was never acknowledged.
      const unfinished: EnvironmentRecord = { ...record, unfinished: true };
      try {
        if (fill) {
          unfinishedIds.add(id);
          await records.put(unfinished);
          await fill(environment);
        }
        if (!isThere()) throw new EnvironmentClash(id, 'removed');
        unfinishedIds.delete(id);
        // What fills it may have changed its record.
        await records.put(environment.record);
      } catch (error) {
        unfinishedIds.delete(id);
        // The store itself undoes what the disk refuses.
        if (isThere() && !(error instanceof WriteFailure)) {
          drop();
          await departures.abandon(environment, unfinished);
        }
        throw error;
      }
    });
    return environment;
  };

  return {
    get: environments.get,
    list: environments.list,
    records: () => [...environments.list().map(({ record }) => record), ...opening.values()],
    add: (record, fill) =>
      alone(`environment:${record.id}`, async () => {
        const stored = sharing && (await records.get(record.id));
        if (stored && !stored.unfinished) throw new EnvironmentClash(record.id, 'exists');
        // A replica was killed while it added it.
        if (stored) await factory.removeEnvironment(record.id);
        return add(record, fill);
      }),
    async replace(record) {
      const environment = environments.get(record.id);
      if (!environment) return;
      const before = environment.record;
      environment.record = record;
      await orElse(
        () => {
          if (environment.record === record) environment.record = before;
        },
        () => records.put(unfinishedIds.has(record.id) ? { ...record, unfinished: true } : record),
      );
    },
    remove: (id) => alone(`environment:${id}`, () => departures.remove(id)),
    baselines,
    alone: (work) => alone('environments', work),
    async markSeeded(ids = environments.ids()) {
      await seeded.mark(ids.flatMap((id) => environments.get(id)?.record ?? []));
    },
    isSeeded,
    async beginSeed() {
      if (seeded.isUnfinished()) for (const id of environments.ids()) await departures.remove(id);
      if (environments.ids().length > 0) return false;
      await seeded.begin();
      return true;
    },
    async restoreSeeded() {
      await departures.allHaveLeft();
      for (const removed of seeded.list().filter(({ id }) => !environments.has(id))) {
        const record = (await baselines.of(removed.id))?.record ?? removed;
        const parts = await partsOf(record.id);
        if (!environments.has(record.id)) open(record, parts);
        await records.put(record);
      }
      putInOrder();
    },
  };
}
