import { setTimeout as wait } from 'node:timers/promises';
import { within } from '../../lib/within.js';
import type { AnnouncedChange, Backend } from './backend.js';
import { StoreUnavailable, stepPatience } from './errors.js';

/** Between attempts to read everything again, in milliseconds. */
const [shortestPause, longestPause] = [50, 1000];
/** How often the number of the last change is asked for, in milliseconds. */
const lookInterval = 1000;

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
  /** Calls one listener after the store has lost changes that were announced, and what is left has been read. */
  onLoss(listener: () => void): void;
  /** Follows no longer. */
  close(): void;
}

/** @param patience how long a write waits until it is announced, in milliseconds */
export async function followChanges(backend: Backend, onError: (error: unknown) => void, patience = stepPatience): Promise<Changes> {
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
  let reportLoss = () => {};
  async function readAgain(): Promise<void> {
    isBehind = false;
    const version = await backend.version();
    const isLost = version < last;
    const all = [...followers.values()].flatMap((ofEnvironment) => [...ofEnvironment.values()]);
    await Promise.all(all.map((follower) => follower.reload()));
    advance(heard.from <= version + 1 ? Math.max(version, heard.to) : version);
    if (isLost) reportLoss();
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
  /** The numbers start over where the store has lost some: when it was emptied, or another server took over. */
  const restart = () => {
    heard = { from: 0, to: 0 };
    catchUp();
  };
  /** Finds what was not heard: a store that was emptied says nothing. */
  const look = async () => {
    const before = last;
    const version = await backend.version().catch(() => last);
    if (version < last) restart();
    // What was announced before the question is heard before its answer, or soon after it.
    else if (version > last && isLate(before)) catchUp();
  };
  let [lookedAt, isLooking] = [-1, false];
  /** Whether nothing was heard since the last look, which found as much. */
  const isLate = (seen: number) => {
    const late = lookedAt === seen;
    lookedAt = seen;
    return late;
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, lookInterval);
  timer.unref();

  await backend.subscribe({
    changed(change) {
      const { version, environmentId, name } = change;
      if (version <= last) return void look();
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
    onLoss(listener) {
      reportLoss = listener;
    },
    close() {
      isClosed = true;
      clearInterval(timer);
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
