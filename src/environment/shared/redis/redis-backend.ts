import type { Redis } from 'iovalkey';
import type { Backend, LogWatcher, NewRecord, Place, StoredRecord, Window, WriteOptions } from '../backend.js';
import { StoreUnavailable } from '../errors.js';
import { createGate } from '../gate.js';
import type { RedisConnections } from './connect.js';
import { indexFields, messageOf, readEntry, readMessage, readRecord, valueField } from './records.js';
import { type ScriptName, scripts } from './scripts.js';

type Reply = string | number | null | Reply[];
type Scripted = Redis & Readonly<Record<ScriptName, (...args: (string | number)[]) => Promise<Reply>>>;

/** How many commands of this replica the server works on at once. */
const mostAtOnce = 200;

const isUnavailable = (error: unknown): boolean => error instanceof StoreUnavailable;

/** What the client or the server refuses is StoreUnavailable. */
async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isUnavailable(error) || error instanceof RangeError ? error : new StoreUnavailable((error as Error).message, { cause: error });
  }
}

const recordsOf = (reply: Reply): StoredRecord[] =>
  (reply as Reply[]).flatMap((record) => (typeof record === 'string' ? readRecord(record) : []));

/** The shared store in Redis or Valkey. All keys begin with the prefix. */
export async function createRedisBackend({ commands, subscriber, failure, close }: RedisConnections, prefix: string): Promise<Backend> {
  for (const [name, script] of Object.entries(scripts)) {
    commands.defineCommand(name, script);
    // Beforehand: of several commands at once, those that find no script would be carried out after the others.
    await translated(commands.script('LOAD', script.lua));
  }
  const redis = commands as Scripted;
  const gate = createGate(mostAtOnce, isUnavailable);
  const asked = <T>(work: () => Promise<T>): Promise<T> => gate.run(() => translated(work()));
  const [versionKey, placesKey, channel] = [`${prefix}:version`, `${prefix}:places`, `${prefix}:changes`];
  const base = ({ environmentId, name }: Place) => `${prefix}:${environmentId}:${name}`;
  const [numberKey, grown] = [`${prefix}:log-number`, `${prefix}:grown`];
  const logKey = (environmentId: string) => `${prefix}:${environmentId}:log`;
  const watchers = new Set<LogWatcher>();
  const lockKey = (name: string) => `${prefix}:lock:${name}`;
  const kindOf = ({ indexes }: Place, index: string): 'u' | 'i' => {
    const found = indexes.find(({ name }) => name === index);
    if (!found) throw new RangeError(`no index is called ${index}`);
    return found.unique ? 'u' : 'i';
  };
  const announcement = (place: Place, id: string, kind: 'put' | 'take', { announce = false }: WriteOptions = {}) =>
    announce ? [channel, messageOf(place, id, kind)] : ['', ''];

  async function put(place: Place, { id, text, values, lifetime }: NewRecord, options?: WriteOptions) {
    const { now = '', endsAt = '', cap = '' } = lifetime ?? {};
    // What is over already only replaces.
    const ends = lifetime && !(lifetime.endsAt > lifetime.now) ? '' : endsAt;
    const fields = values.map(valueField).join('\t');
    const indexes = indexFields(place);
    const named = [place.environmentId, place.name, indexes].join('\t');
    const reply = await redis.mockPut(
      ...[base(place), versionKey, placesKey, id, text, indexes, fields, now, ends, cap, named],
      ...announcement(place, id, 'put', options),
    );
    const [isPut, ...rest] = reply as (string | number)[];
    if (isPut === 1) return { version: rest[0] as number };
    return { version: 0, conflict: { index: rest[0] as string, existingId: rest[1] as string } };
  }

  async function take(place: Place, id: string, { now, ...options }: WriteOptions & { readonly now?: number } = {}) {
    const reply = await redis.mockTake(
      ...[base(place), versionKey, id, indexFields(place), now ?? ''],
      ...announcement(place, id, 'take', options),
    );
    const [version, record] = reply as [number, string | undefined];
    return { version, record: record === undefined ? undefined : readRecord(record) };
  }

  async function window(place: Place, { from, limit, backwards = false, among }: Window) {
    const [kind, index, value] = among ? [kindOf(place, among.index), among.index, valueField(among.value)] : ['', '', ''];
    return recordsOf(await redis.mockWindow(base(place), kind, index, value, from, limit, backwards ? 1 : 0));
  }

  async function count(place: Place, index?: string, value = '') {
    if (index === undefined) return redis.zcard(`${base(place)}:o`);
    if (kindOf(place, index) === 'u') return redis.hexists(`${base(place)}:u:${index}`, valueField(value));
    return redis.zcard(`${base(place)}:i:${index}:${valueField(value)}`);
  }

  const places = async () => (await redis.smembers(placesKey)).map((named) => ({ named, parts: named.split('\t') }));

  async function removeEnvironment(environmentId: string) {
    for (const { named, parts } of await places()) {
      const [ofEnvironment, name, ...indexes] = parts;
      if (ofEnvironment !== environmentId) continue;
      let left: Reply = 1;
      while (left !== 0) left = await redis.mockClear(`${prefix}:${environmentId}:${name}`, indexes.join('\t'));
      await redis.srem(placesKey, named);
    }
    await redis.del(logKey(environmentId), `${logKey(environmentId)}:bytes`);
  }

  return {
    put: (...args) => asked(() => put(...args)),
    take: (...args) => asked(() => take(...args)),
    async get(place, id) {
      const record = await asked(() => redis.hget(base(place), id));
      return record === null ? undefined : readRecord(record);
    },
    async find(place, index, value) {
      const kind = kindOf(place, index);
      return recordsOf(await asked(() => redis.mockFind(base(place), kind, index, valueField(value))));
    },
    count: (place, index, value) => asked(() => count(place, index, value)),
    window: (...args) => asked(() => window(...args)),
    sweep: async (place, now) => void (await asked(() => redis.mockSweep(base(place), indexFields(place), now))),
    environmentIds: async () =>
      [...new Set((await asked(places)).map(({ parts }) => parts[0] ?? ''))].filter((id) => id !== 'server').sort(),
    removeEnvironment: (environmentId) => translated(removeEnvironment(environmentId)),
    append: async (environmentId, texts, { cap, startsOver = false }) =>
      (await asked(() =>
        redis.mockAppend(
          ...[logKey(environmentId), `${logKey(environmentId)}:bytes`, numberKey, cap.entries, cap.bytes, startsOver ? 1 : 0],
          ...[grown, environmentId, ...texts],
        ),
      )) as number,
    async entries(environmentId, after, limit) {
      const found = await asked(() => redis.zrangebyscore(logKey(environmentId), `(${after}`, '+inf', 'LIMIT', 0, limit));
      return found.map(readEntry);
    },
    lastEntry: async () => Number(await asked(() => redis.get(numberKey))),
    async watch(watcher) {
      watchers.add(watcher);
      // Also where another one watches already: that one may still be waiting for the answer.
      await translated(subscriber.subscribe(grown));
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) subscriber.unsubscribe(grown).catch(() => {});
      };
    },
    version: async () => Number(await asked(() => redis.get(versionKey))),
    async subscribe(listener) {
      subscriber.on('message', (heard: string, message: string) => {
        if (heard === channel) listener.changed(readMessage(message));
        else for (const watcher of watchers) watcher(message);
      });
      await translated(subscriber.subscribe(channel));
      // After a reconnection; what was published meanwhile is lost.
      subscriber.on(
        'ready',
        () =>
          void subscriber.subscribe(channel, ...(watchers.size > 0 ? [grown] : [])).then(
            () => {
              listener.resumed();
              for (const watcher of watchers) watcher(undefined);
            },
            () => {},
          ),
      );
    },
    async lock(name, owner, milliseconds) {
      const version = (await asked(() => redis.mockLock(lockKey(name), versionKey, owner, milliseconds))) as number;
      return version < 0 ? undefined : version;
    },
    keepLock: async (name, owner, milliseconds) => (await asked(() => redis.mockKeep(lockKey(name), owner, milliseconds))) === 1,
    unlock: async (name, owner) => void (await asked(() => redis.mockUnlock(lockKey(name), owner))),
    async time() {
      const [seconds, microseconds] = await asked(() => redis.time());
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    get failure() {
      return failure();
    },
    close,
  };
}
