/** Where the records of one collection are, and what they are looked up by. */
export interface Place {
  readonly environmentId: string;
  readonly name: string;
  readonly indexes: readonly { readonly name: string; readonly unique: boolean }[];
}

/** A record as it is stored. */
export interface StoredRecord {
  /** Its place in the order in which records were first put. */
  readonly sequence: number;
  /** When it ends; undefined for what stays. */
  readonly endsAt: number | undefined;
  readonly text: string;
}

export interface NewRecord {
  readonly id: string;
  readonly text: string;
  /** Its value of each index of the place. */
  readonly values: readonly (string | undefined)[];
  /** For records that end. `now` is the environment's time; where there are `cap` others, those that end first make room. */
  readonly lifetime?: Lifetime | undefined;
}

export interface Lifetime {
  readonly now: number;
  readonly endsAt: number;
  readonly cap: number;
  /** Of the records with its value of an index, only so many stay: those that were first put go. */
  readonly within?: { readonly index: string; readonly most: number } | undefined;
}

/** What a write led to. */
export interface Written {
  /** The number of the announced change; 0 where nothing was announced. */
  readonly version: number;
  /** Another record has a value that must be unique: nothing was changed. */
  readonly conflict?: { readonly index: string; readonly existingId: string } | undefined;
  /** The ids of what had to go, where the lifetime says so. */
  readonly dropped?: readonly string[] | undefined;
}

/** A lock and who must hold it. */
export interface Fence {
  readonly name: string;
  readonly owner: string;
}

export interface WriteOptions {
  /** Tells all replicas, this one included. */
  readonly announce?: boolean;
  /** Rejects with StoreUnavailable, and writes nothing, unless all these locks are still held by these owners. */
  readonly fences?: readonly Fence[];
}

/** A change that was announced. Their numbers follow each other without a gap. */
export interface AnnouncedChange {
  readonly version: number;
  readonly environmentId: string;
  readonly name: string;
  readonly id: string;
  /** What was put; undefined for what was taken. */
  readonly put?: { readonly sequence: number; readonly text: string } | undefined;
}

/** Which records of a place, in their order. */
export interface Window {
  /** Only those after this sequence; backwards, those up to it. */
  readonly from: number;
  readonly backwards?: boolean;
  readonly limit: number;
  readonly among?: { readonly index: string; readonly value: string } | undefined;
}

/** An entry of an environment's log. */
export interface LogEntry {
  /** Grows from each entry to the next, over the logs of all environments. */
  readonly number: number;
  readonly text: string;
}

export interface AppendOptions {
  /** How much the log holds: where there is more, the oldest entries go. The newest stays, however large it is. */
  readonly cap: { readonly entries: number; readonly bytes: number };
  /** Removes what the log held before, in the same step. */
  readonly startsOver?: boolean;
}

/** Called with the environment whose log has grown; undefined where that may have been missed of any of them. */
export type LogWatcher = (environmentId: string | undefined) => void;

export interface BackendListener {
  changed(change: AnnouncedChange): void;
  /** Changes may have been missed: the connection was lost and is there again. */
  resumed(): void;
}

/**
 * Where the replicas of a fleet keep what they share. Each method is one atomic step, and rejects with StoreUnavailable
 * within a second where the store does not answer. It knows texts; `shared-collection.ts` and its neighbours make items of them.
 */
export interface Backend {
  put(place: Place, record: NewRecord, options?: WriteOptions): Promise<Written>;
  /** Removes and returns: of all callers of all replicas, one gets the record. `now` for places whose records end. */
  take(
    place: Place,
    id: string,
    options?: WriteOptions & { readonly now?: number },
  ): Promise<Written & { record?: StoredRecord | undefined }>;
  /** The same for all records of a place whose records end that have this value of an index. */
  takeAll(place: Place, index: string, value: string, options: WriteOptions & { readonly now: number }): Promise<StoredRecord[]>;
  get(place: Place, id: string): Promise<StoredRecord | undefined>;
  find(place: Place, index: string, value: string): Promise<StoredRecord[]>;
  count(place: Place, index?: string, value?: string): Promise<number>;
  window(place: Place, window: Window): Promise<StoredRecord[]>;
  /** Removes what is over by this time. */
  sweep(place: Place, now: number): Promise<void>;
  /** The ids of environments that have ever held a record, `server` left out. */
  environmentIds(): Promise<string[]>;
  /** Removes its records and its log. */
  removeEnvironment(environmentId: string): Promise<void>;
  /** Adds texts to the end of an environment's log. Returns the number of the last one. They are on their way when the call returns. */
  append(environmentId: string, texts: readonly string[], options: AppendOptions): Promise<number>;
  /** The entries of a log after a number, oldest first: so many at most. */
  entries(environmentId: string, after: number, limit: number): Promise<LogEntry[]>;
  /** The number of the last entry of any log. */
  lastEntry(): Promise<number>;
  /** Calls the watcher about each append, from when the promise settles until what it resolves to is called. */
  watch(watcher: LogWatcher): Promise<() => void>;
  /** The number of the last announced change. */
  version(): Promise<number>;
  subscribe(listener: BackendListener): Promise<void>;
  /** Takes a lock for so long, and returns the number of the last announced change; undefined where another owner has it. */
  lock(name: string, owner: string, milliseconds: number): Promise<number | undefined>;
  /** Keeps a lock for so long from now; false where it is no longer this owner's. */
  keepLock(name: string, owner: string, milliseconds: number): Promise<boolean>;
  unlock(name: string, owner: string): Promise<void>;
  /** The store's own time, milliseconds since the epoch: one for all replicas. */
  time(): Promise<number>;
  /** Why the store cannot be used at the moment. */
  readonly failure: Error | undefined;
  close(): Promise<void>;
}
