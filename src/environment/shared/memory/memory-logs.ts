import type { Backend, LogEntry, LogWatcher } from '../backend.js';

/** The logs of environments in memory. */
export interface MemoryLogs {
  append(...args: Parameters<Backend['append']>): number;
  entries(...args: Parameters<Backend['entries']>): LogEntry[];
  lastEntry(): number;
  remove(environmentId: string): void;
  /** Calls the watcher about each append, until what is returned is called. */
  watch(watcher: LogWatcher): () => void;
}

interface Log {
  readonly entries: LogEntry[];
  bytes: number;
}

const sizeOf = ({ text }: LogEntry): number => Buffer.byteLength(text);

/** Drops the oldest entries until the others fit. */
function shorten(log: Log, cap: { readonly entries: number; readonly bytes: number }): void {
  let dropped = 0;
  const { entries } = log;
  while (entries.length - dropped > 1 && (entries.length - dropped > cap.entries || log.bytes > cap.bytes)) {
    log.bytes -= sizeOf(entries[dropped] as LogEntry);
    dropped += 1;
  }
  entries.splice(0, dropped);
}

export function createMemoryLogs(): MemoryLogs {
  const logs = new Map<string, Log>();
  const watchers = new Set<{ readonly call: LogWatcher }>();
  let last = 0;
  return {
    append(environmentId, texts, { cap, startsOver = false }) {
      const log: Log = (startsOver ? undefined : logs.get(environmentId)) ?? { entries: [], bytes: 0 };
      logs.set(environmentId, log);
      for (const text of texts) {
        last += 1;
        const entry = { number: last, text };
        log.entries.push(entry);
        log.bytes += sizeOf(entry);
      }
      shorten(log, cap);
      for (const { call } of watchers) call(environmentId);
      return last;
    },
    entries(environmentId, after, limit) {
      const entries = logs.get(environmentId)?.entries ?? [];
      // Readers have most of it already.
      let first = entries.length;
      while (first > 0 && (entries[first - 1] as LogEntry).number > after) first -= 1;
      return entries.slice(first, first + limit);
    },
    lastEntry: () => last,
    remove: (environmentId) => void logs.delete(environmentId),
    watch(call) {
      const watcher = { call };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
