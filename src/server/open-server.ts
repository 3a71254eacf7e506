import type { FastifyBaseLogger } from 'fastify';
import { openContext } from '../configuration/open-context.js';
import { seedServer } from '../configuration/seed/fill.js';
import { readSeedTexts, type SeedText } from '../configuration/seed/sources.js';
import type { Context } from '../environment/context.js';
import type { Backend } from '../environment/shared/backend.js';
import type { Sharing } from '../environment/shared/sharing.js';
import { inStartTurn } from '../environment/shared/start-turn.js';
import { isOfUsers } from '../environment/store/create-store.js';
import { type CollectionFactory, memoryFactory } from '../environment/store/factory.js';
import { Gone } from '../environment/store/presence.js';
import type { Settings } from '../settings/read.js';

/** Opens what this server shares with others: a store, or that of the primary process. The client of Redis is loaded for the former only. */
async function openShared(place: Backend | string, prefix: string, log: FastifyBaseLogger): Promise<CollectionFactory> {
  const { openSharedStore, shareThrough } = await import('../environment/shared/open-store.js');
  const onError = (error: unknown) =>
    log.error({ event: 'storage', error }, 'the shared configuration could not be read again; the server tries again');
  return typeof place === 'string' ? openSharedStore(place, { prefix, isOfUsers, onError }) : shareThrough(place, { isOfUsers, onError });
}

/** Opens the shared store or the data folder, if there is one; only then is lowdb loaded. */
export async function openStore(
  { dataFolder, store, storePrefix }: Settings,
  log: FastifyBaseLogger,
  warn: (text: string) => void,
  backend?: Backend,
): Promise<CollectionFactory> {
  const place = store ?? backend;
  if (place !== undefined) return openShared(place, storePrefix, log);
  if (dataFolder === undefined) return memoryFactory();
  const [{ openFolder }, { describeDamage }, { storedProblem }] = await Promise.all([
    import('../environment/store/folder.js'),
    import('../environment/store/damage.js'),
    import('../configuration/stored/validate.js'),
  ]);
  return openFolder(dataFolder, {
    validate: storedProblem,
    onDamage: (damage) => warn(describeDamage(damage)),
    onFailure: (error) =>
      error instanceof Gone
        ? log.error({ event: 'storage' }, error.message)
        : log.warn({ error }, 'the readable files could not be written; changes.log keeps what they lack'),
  });
}

/** Applies the seed again where the shared store comes back empty. */
function seedAfterLoss(context: Context, { locks, onLoss }: Sharing): void {
  const { log } = context;
  onLoss(() => {
    log.error({ event: 'storage' }, 'the shared store has lost data. The seed is applied again where nothing is left');
    inStartTurn(locks, () => seedServer(context)).catch((error: unknown) =>
      log.error({ event: 'storage', error }, 'the seed could not be applied again. Restart this server'),
    );
  });
}

interface FillOptions {
  readonly settings: Settings;
  readonly log: FastifyBaseLogger;
  readonly factory: CollectionFactory;
  /** PEM of the certificate of the server's own certificate authority. */
  readonly certificateAuthority?: string | undefined;
  /** Called with a sentence for each repair of a data folder. */
  readonly onMended?: (text: string) => void;
  /** Whether the texts of the seed are read where another server has applied it. */
  readonly watch?: boolean;
}

/**
 * Opens what a store holds, and applies the seed where it holds nothing. Of the replicas that share a store, the first one
 * seeds it, and the others see what it has done.
 */
export async function openFilled({ watch = false, ...input }: FillOptions): Promise<{ context: Context; texts: readonly SeedText[] }> {
  const { settings, factory } = input;
  const { sharing } = factory;
  const open = async () => {
    const context = await openContext(input);
    const texts = await seedServer(context);
    // What another one has seeded is watched as well, from what it says now.
    return { context, texts: watch && sharing && texts.length === 0 ? await readSeedTexts(settings) : texts };
  };
  try {
    if (!sharing) return await open();
    const opened = await inStartTurn(sharing.locks, open);
    seedAfterLoss(opened.context, sharing);
    return opened;
  } catch (error) {
    // Its connections would keep the process alive.
    await factory.close();
    throw error;
  }
}
