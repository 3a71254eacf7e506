import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import type { Context } from '../../environment/context.js';
import { memoryFactory } from '../../environment/store/factory.js';
import { rememberSeed, resetEnvironment } from '../baseline.js';
import { openContext } from '../open-context.js';
import { fill } from './fill.js';
import { polledAddress, readSeedTexts, type SeedText, watchedPath } from './sources.js';
import { fetchSeed, type SeedVersion } from './url.js';

/** Builds the seed's environments apart from the running server, so that an invalid seed changes nothing. */
async function rehearse({ settings, environments }: Context, texts: readonly SeedText[]): Promise<Context['environments']> {
  const context = await openContext({ settings, log: pino({ level: 'silent' }), factory: memoryFactory() });
  const seeded = environments.list().filter(({ id }) => environments.isSeeded(id));
  await fill(
    context,
    texts,
    seeded.map(({ id }) => id),
  );
  await rememberSeed(context);
  return context.environments;
}

/** Replaces the environments of the seed. Environments that tests created stay, unless the seed now names them. */
async function reloadSeed(context: Context, texts: readonly SeedText[]): Promise<void> {
  const { environments } = context;
  const wanted = await rehearse(context, texts);
  const ids = new Set(wanted.list().map(({ id }) => id));
  for (const { id } of environments.list()) if (environments.isSeeded(id) && !ids.has(id)) await environments.remove(id);
  for (const { id, record } of wanted.list()) {
    if (environments.get(id) && !environments.isSeeded(id))
      context.log.warn(
        { event: 'seed', environmentId: id },
        `the seed now names the environment ${id}, which a test created; its contents are replaced`,
      );
    const environment = environments.get(id) ?? (await environments.add(record));
    const baseline = await wanted.baselines.of(id);
    if (baseline) await environments.baselines.save(id, baseline);
    await resetEnvironment(context, environment);
  }
  await environments.markSeeded([...ids]);
  await environments.restoreSeeded();
}

const digest = (texts: readonly SeedText[]): string => createHash('sha256').update(JSON.stringify(texts)).digest('hex');

// Editors write files in several steps.
const settleMilliseconds = 100;

export interface SeedWatch {
  /** The digest of the seed that another server watched until it ended: what has changed since then is loaded. */
  readonly inForce?: string | undefined;
  /** Called with the digest of each seed that is in force. */
  readonly onLoaded?: ((digest: string) => void) | undefined;
}

/** Reloads the seed when its file, folder or URL changes. An invalid seed is logged, and the old one remains in force. */
export function watchSeed(context: Context, initial: readonly SeedText[], { inForce, onLoaded }: SeedWatch = {}): { close(): void } {
  const { settings, log } = context;
  const free = settings.dataFolder === undefined;
  const path = free ? watchedPath(settings) : undefined;
  const address = free && settings.seedPollSeconds > 0 ? polledAddress(settings) : undefined;
  const stop = new AbortController();
  let loaded = inForce ?? digest(initial);
  onLoaded?.(loaded);
  let version: SeedVersion = {};
  let told: string | undefined;
  let work = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** The current texts; undefined where the URL's server says that nothing has changed. */
  const read = async (): Promise<readonly SeedText[] | undefined> => {
    if (address === undefined) return readSeedTexts(settings);
    const fetched = await fetchSeed(address, version, stop.signal);
    if (fetched === undefined) return undefined;
    version = fetched.version;
    return [{ text: fetched.text, source: fetched.source }];
  };
  const look = async (): Promise<void> => {
    try {
      const texts = await read();
      told = undefined;
      if (texts === undefined || digest(texts) === loaded) return;
      loaded = digest(texts);
      await reloadSeed(context, texts);
      onLoaded?.(loaded);
      log.info({ event: 'seed', ok: true }, `seed reloaded from ${path ?? texts[0]?.source}`);
    } catch (error) {
      const { message } = error as Error;
      // An unreachable URL is logged once, not at each attempt.
      if (stop.signal.aborted || message === told) return;
      told = message;
      log.warn({ event: 'seed', ok: false }, `the changed seed was rejected, and the previous one stays in use: ${message}`);
    }
  };
  const lookAfter = (milliseconds: number): void => {
    clearTimeout(timer);
    if (stop.signal.aborted) return;
    timer = setTimeout(() => {
      work = work.then(look).then(() => {
        if (address !== undefined) lookAfter(settings.seedPollSeconds * 1000);
      });
    }, milliseconds);
    timer.unref();
  };

  const watchers: FSWatcher[] = [];
  if (address !== undefined) lookAfter(settings.seedPollSeconds * 1000);
  if (path !== undefined) {
    try {
      // The folder is watched, because watching a file does not notice its replacement.
      for (const folder of new Set([path, dirname(path)]))
        watchers.push(watch(folder, { persistent: false }, () => lookAfter(settleMilliseconds)).on('error', () => {}));
    } catch (error) {
      log.warn({ event: 'seed' }, `changes of ${path} will not be noticed (${(error as NodeJS.ErrnoException).code})`);
    }
    // Changes since it was read.
    work = look();
  }
  return {
    close() {
      stop.abort();
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
