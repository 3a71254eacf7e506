import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import type { Context, Environment } from './context.js';
import { createContext } from './create-context.js';
import { rememberSeed, resetEnvironment } from './domain/baseline.js';
import { readSeedTexts, type SeedText, watchedPath } from './seed-sources.js';
import { fill } from './seeding.js';
import { memoryFactory } from './store/factory.js';

/** Makes what a seed says beside the running server, so that a bad one changes nothing. */
async function rehearse({ settings, environments }: Context, texts: readonly SeedText[]): Promise<Environment[]> {
  const context = await createContext({ settings, log: pino({ level: 'silent' }), factory: memoryFactory() });
  const seeded = environments.list().filter(({ id }) => environments.isSeeded(id));
  await fill(
    context,
    texts,
    seeded.map(({ id }) => id),
  );
  await rememberSeed(context);
  return context.environments.list();
}

/** Puts new environments of the seed in the place of the old ones. What tests have made beside them stays. */
export async function reloadSeed(context: Context, texts: readonly SeedText[]): Promise<void> {
  const { environments } = context;
  const wanted = await rehearse(context, texts);
  const ids = new Set(wanted.map(({ id }) => id));
  for (const { id } of environments.list()) if (environments.isSeeded(id) && !ids.has(id)) await environments.remove(id);
  for (const { id, record, baseline } of wanted) {
    const environment = environments.get(id) ?? (await environments.add(record));
    if (baseline) environment.baseline = baseline;
    await resetEnvironment(context, environment);
  }
  environments.markSeeded([...ids]);
  await environments.restoreSeeded();
}

const digest = (texts: readonly SeedText[]): string => createHash('sha256').update(JSON.stringify(texts)).digest('hex');

// An editor writes a file in several steps.
const settleMilliseconds = 100;

/** Reloads the seed whenever its file or folder changes: a bad one is told in the log, and leaves the old one in force. */
export function watchSeed(context: Context): { close(): void } {
  const { settings, log } = context;
  const path = settings.dataFolder === undefined ? watchedPath(settings) : undefined;
  let loaded: string | undefined;
  let work = Promise.resolve();
  let settling: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    try {
      const texts = await readSeedTexts(settings);
      const found = digest(texts);
      if (found === loaded) return;
      const first = loaded === undefined;
      loaded = found;
      if (first) return;
      await reloadSeed(context, texts);
      log.info({ event: 'seed', ok: true }, `seed reloaded from ${path}`);
    } catch (error) {
      log.warn({ event: 'seed', ok: false }, `the changed seed is not used, the old one stays in force: ${(error as Error).message}`);
    }
  };
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      work = work.then(look);
    }, settleMilliseconds);
    settling.unref();
  };

  const watchers: FSWatcher[] = [];
  if (path !== undefined) {
    work = look();
    try {
      // The folder of a file: a file that is replaced by another one of its name is not seen by watching itself.
      for (const folder of new Set([path, dirname(path)]))
        watchers.push(watch(folder, { persistent: false }, changed).on('error', () => {}));
    } catch (error) {
      log.warn({ event: 'seed' }, `changes of ${path} will not be noticed (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return {
    close() {
      clearTimeout(settling);
      for (const watcher of watchers) watcher.close();
    },
  };
}
