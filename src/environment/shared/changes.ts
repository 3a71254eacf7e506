import { setTimeout as wait } from 'node:timers/promises';
import { within } from '../../lib/within.js';
import type { AnnouncedChange, Backend } from './backend.js';
import { StoreUnavailable } from './errors.js';

/** How long a write waits until it is announced, in milliseconds. */
const patience = 900;
/** Between attempts to read everything again, in milliseconds. */
const [shortestPause, longestPause] = [50, 1000];

/** A collection whose items are held here as well. */
export interface Follower {
  apply(change: AnnouncedChange): void;
  /** Reads everything again: changes may have been missed. */
  reload(): Promise<void>;
}

/** The announced changes, in their order: what this replica holds of the shared configuration follows them. */
export interface Changes {
  follow(environmentId: string, name: string, follower: Follower): void;
  forget(environmentId: string): void;
  /** Resolves once this replica has applied the change of this number. */
  reached(version: number): Promise<void>;
  /** Follows no longer. */
  close(): void;
}

export async function followChanges(backend: Backend, onError: (error: unknown) => void): Promise<Changes> {
  const followers = new Map<string, Map<string, Follower>>();
  let last = 0;
  let waiting: { readonly version: number; readonly resolve: () => void }[] = [];

  const advance = (version: number) => {
    last = version;
    const due = waiting.filter((each) => each.version <= last);
    if (due.length === 0) return;
    waiting = waiting.filter((each) => each.version > last);
    for (const { resolve } of due) resolve();
  };

  /** The last changes that were heard without a gap between them. */
  let heard = { from: 0, to: 0 };
  let isBehind = false;
  let reloading = Promise.resolve();
  let isClosed = false;
  async function readAgain(): Promise<void> {
    isBehind = false;
    const version = await backend.version();
    const all = [...followers.values()].flatMap((ofEnvironment) => [...ofEnvironment.values()]);
    await Promise.all(all.map((follower) => follower.reload()));
    advance(heard.from <= version + 1 ? Math.max(version, heard.to) : version);
  }
  /** For as long as the store is away. */
  async function untilRead(): Promise<void> {
    for (let attempt = 0; !isClosed; attempt += 1)
      try {
        return await readAgain();
      } catch (error) {
        if (attempt === 0) onError(error);
        await wait(Math.min(shortestPause * 2 ** attempt, longestPause), undefined, { ref: false });
      }
  }
  /** One after the other: a gap that appears while another is being closed is closed after it. */
  const catchUp = () => {
    if (isBehind) return;
    isBehind = true;
    reloading = reloading.then(untilRead);
  };
  /** The numbers begin anew where the store has lost some: when it was emptied, or another server took over. */
  const restart = () => {
    heard = { from: 0, to: 0 };
    catchUp();
  };
  /** A change from before, or one of numbers that have begun anew. */
  const look = () =>
    void backend.version().then(
      (version) => {
        if (version < last) restart();
      },
      () => {},
    );

  await backend.subscribe({
    changed(change) {
      const { version, environmentId, name } = change;
      if (version <= last) return look();
      heard = version === heard.to + 1 ? { from: heard.from, to: version } : { from: version, to: version };
      followers.get(environmentId)?.get(name)?.apply(change);
      if (version === last + 1) advance(version);
      else catchUp();
    },
    resumed: restart,
  });
  last = await backend.version();

  return {
    follow(environmentId, name, follower) {
      const ofEnvironment = followers.get(environmentId) ?? new Map<string, Follower>();
      followers.set(environmentId, ofEnvironment);
      ofEnvironment.set(name, follower);
    },
    forget: (environmentId) => void followers.delete(environmentId),
    close() {
      isClosed = true;
    },
    async reached(version) {
      if (version <= last) return;
      const heardOf = new Promise<void>((resolve) => waiting.push({ version, resolve }));
      await within(patience, () => heardOf).catch((cause: unknown) => {
        throw new StoreUnavailable('the shared store stored a change, but did not announce it', { cause });
      });
    },
  };
}
