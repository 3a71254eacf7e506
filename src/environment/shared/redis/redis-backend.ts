import type { Redis } from 'iovalkey';
import type { Backend, Fence, Lifetime, LogWatcher, NewRecord, Place, StoredRecord, Window, WriteOptions } from '../backend.js';
import { StoreUnavailable } from '../errors.js';
import { createBatches } from './batches.js';
import type { RedisConnections } from './connect.js';
import { channelsOf, keysOf } from './keys.js';
import { dropIfUseless } from './pulse.js';
import { escaped, readEntry, readMessage, readNamedRecord, readRecord, valueField, writeEntry, writePlace, writeText } from './records.js';
import { unavailable } from './refusals.js';
import { type ScriptName, type StepName, scriptsFor } from './scripts.js';

type Reply = string | number | null | Reply[];
type Argument = string | number;
type Scripted = Redis & Readonly<Record<ScriptName, (...args: Argument[]) => Promise<Reply>>>;

interface Step {
  readonly name: StepName;
  readonly place: Place | undefined;
  readonly args: readonly Argument[];
  readonly fences?: readonly Fence[] | undefined;
}

/** Steps as `scripts.ts` reads them. Environment and fences that are those of the step before are not sent again. */
function argumentsOf(steps: readonly Step[]): Argument[] {
  let [environment, fencing] = ['', ''];
  const placeArgument = (place: Place | undefined): string => {
    if (!place) return '';
    const named = place.environmentId === environment ? '' : place.environmentId;
    environment = place.environmentId;
    return `${named}${writePlace(place)}`;
  };
  return steps.flatMap(({ name, place, args, fences = [] }) => {
    if (fences.length === 0) return [name, args.length, placeArgument(place), ...args];
    const pairs = fences.flatMap((fence) => [fence.name, fence.owner]);
    const again = fencing === pairs.join('\n');
    fencing = pairs.join('\n');
    const fenced = again ? [name, 0, ...args] : [name, fences.length, ...pairs, ...args];
    return ['fenced', fenced.length, placeArgument(place), ...fenced];
  });
}

const isUnavailable = (error: unknown): boolean => error instanceof StoreUnavailable;

const recordsOf = (place: Place, reply: Reply): StoredRecord[] =>
  (reply as Reply[]).flatMap((record) => (typeof record === 'string' ? readNamedRecord(place, record) : []));

/** The shared store in Redis or Valkey. All keys begin with the prefix. */
export async function createRedisBackend(
  { commands, subscriber, database, failure, close }: RedisConnections,
  prefix: string,
): Promise<Backend> {
  /** What the client or the server refuses is StoreUnavailable. */
  const translated = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isUnavailable(error) || error instanceof RangeError) throw error;
      dropIfUseless(commands, error as Error);
      throw unavailable(error as Error);
    }
  };
  for (const [name, script] of Object.entries(scriptsFor(prefix, database))) {
    commands.defineCommand(name, script);
    // Beforehand: of several commands at once, those that find no script would be carried out after the others.
    await translated(commands.script('LOAD', script.lua));
  }
  const redis = commands as Scripted;
  const { version: versionKey, places: placesKey, logNumber: numberKey, log: logKey } = keysOf(prefix);
  const { changes: channel, grown } = channelsOf(prefix, database);
  const watchers = new Set<LogWatcher>();
  const batched = createBatches<Step, Reply>({
    send: (steps) => translated(redis.mockSteps(...argumentsOf(steps))) as Promise<Reply[]>,
  });
  /** Does a step, with others that are asked for at the same time. */
  const step = async (name: StepName, place: Place | undefined, ...args: Argument[]): Promise<Reply> =>
    translated(batched({ name, place, args }));
  /** The same for a step that writes: only while the locks are held that it relies on. */
  const write = async (name: 'put' | 'take' | 'takeAll', { fences }: WriteOptions, place: Place, ...args: Argument[]): Promise<Reply> =>
    translated(batched({ name, place, args, fences }));
  const indexOf = ({ indexes }: Place, index: string): number => {
    const found = indexes.findIndex(({ name }) => name === index);
    if (found < 0) throw new RangeError(`no index is called ${index}`);
    return found + 1;
  };
  /** What is over already only replaces: it is given no end. */
  const lifetimeArguments = (place: Place, { now, endsAt, cap, within }: Lifetime): Argument[] => [
    ...[now, endsAt > now ? endsAt : '', cap],
    ...(within ? [indexOf(place, within.index), within.most] : []),
  ];
  const announced = (id: string, { announce = false }: WriteOptions = {}) => (announce ? escaped(id) : '');

  async function put(place: Place, { id, text, values, lifetime }: NewRecord, options: WriteOptions = {}) {
    const fields = values.map(valueField).join('\t');
    // What is announced is read where its values are not known.
    const stored = options.announce ? text : writeText(place, id, { text, values: fields, endsAt: lifetime?.endsAt });
    const record = [id, stored, fields, announced(id, options)];
    const reply = (await write('put', options, place, ...record, ...(lifetime ? lifetimeArguments(place, lifetime) : []))) as Argument[];
    if (reply[0] === 1) return { version: reply[1] as number, dropped: reply.slice(2) as string[] };
    const { name = '' } = place.indexes[(reply[1] as number) - 1] ?? {};
    return { version: 0, conflict: { index: name, existingId: reply[2] as string } };
  }

  const places = async () => (await redis.smembers(placesKey)).map((named) => ({ named, parts: named.split('\t') }));

  async function removeEnvironment(environmentId: string) {
    for (const { named, parts } of await places()) {
      if (parts[0] !== environmentId) continue;
      let left: Reply = 1;
      while (left !== 0) left = await redis.mockClear(named);
      await redis.srem(placesKey, named);
    }
    await redis.del(logKey(environmentId), `${logKey(environmentId)}:bytes`);
  }

  return {
    put,
    async take(place, id, { now, ...options } = {}) {
      const reply = await write('take', options, place, id, announced(id, options), ...(now === undefined ? [] : [now]));
      const [version, record] = reply as [number, string | undefined];
      return { version, record: record === undefined ? undefined : readRecord(place, id, record) };
    },
    takeAll: async (place, index, value, { now, ...options }) =>
      recordsOf(place, await write('takeAll', options, place, indexOf(place, index), valueField(value), now)),
    async get(place, id) {
      const record = (await step('get', place, id)) as string | null;
      return record === null ? undefined : readRecord(place, id, record);
    },
    find: async (place, index, value) => recordsOf(place, await step('find', place, indexOf(place, index), valueField(value))),
    count: async (place, index, value) =>
      (await step('count', place, ...(index === undefined ? [] : [indexOf(place, index), valueField(value)]))) as number,
    async window(place, { from, limit, backwards = false, among }: Window) {
      const within = among ? [indexOf(place, among.index), valueField(among.value)] : [];
      return recordsOf(place, await step('window', place, from, limit, backwards ? 1 : 0, ...within));
    },
    sweep: async (place, now) => void (await step('sweep', place, now)),
    environmentIds: async () =>
      [...new Set((await translated(places())).map(({ parts }) => parts[0] ?? ''))].filter((id) => id !== 'server').sort(),
    removeEnvironment: (environmentId) => translated(removeEnvironment(environmentId)),
    // Not with the steps of this turn, which go out at its end: by then, the answer may be on its way.
    async append(environmentId, texts, { cap, startsOver = false }) {
      const entries = texts.map((text) => writeEntry(environmentId, text));
      const args = [environmentId, cap.entries, cap.bytes, startsOver ? 1 : 0, ...entries];
      const sent = argumentsOf([{ name: 'append', place: undefined, args }]);
      const [number] = (await translated(redis.mockSteps(...sent))) as Reply[];
      if (typeof number !== 'number') throw new StoreUnavailable(String(number));
      return number;
    },
    entries: async (environmentId, after, limit) =>
      ((await step('entries', undefined, environmentId, after, limit)) as string[]).map((entry) => readEntry(environmentId, entry)),
    lastEntry: async () => Number(await translated(redis.get(numberKey))),
    async watch(watcher) {
      watchers.add(watcher);
      // Also where another one watches already: that one may still be waiting for the answer.
      await translated(subscriber.subscribe(grown));
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) subscriber.unsubscribe(grown).catch(() => {});
      };
    },
    version: async () => Number(await translated(redis.get(versionKey))),
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
            // Without its channels, a connection is of no use.
            () => subscriber.disconnect(true),
          ),
      );
    },
    async lock(name, owner, milliseconds) {
      const version = (await step('lock', undefined, name, owner, milliseconds)) as number;
      return version < 0 ? undefined : version;
    },
    keepLock: async (name, owner, milliseconds) => (await step('keep', undefined, name, owner, milliseconds)) === 1,
    unlock: async (name, owner) => void (await step('unlock', undefined, name, owner)),
    async time() {
      const [seconds, microseconds] = await translated(redis.time());
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    get failure() {
      return failure();
    },
    async close() {
      // What was asked for in this turn, such as giving back a lock, still goes out.
      await new Promise((resolve) => setImmediate(resolve));
      await close();
    },
  };
}
