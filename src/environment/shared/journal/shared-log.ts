import { parseOwn } from '../../../lib/unknown.js';
import type { Backend } from '../backend.js';
import { allCleared, type Position, type Recorded } from './entry.js';

/** What records, and what reads what was recorded. */
export interface Recorder {
  /** What is to be sent, which counts as sent from then on; undefined where there is nothing. `all`: also what still waits for its answer. */
  collect(turn: number, all: boolean): Recorded | undefined;
  /** Whether something waits for its answer before it is sent. */
  readonly isHolding: boolean;
  apply(recorded: Recorded, position: Position): void;
  /** After one or more entries were applied. */
  applied(): void;
}

/** What the replicas record in an environment: each appends to one log, and reads there what the others have appended. */
export interface SharedLog {
  /** Says what to send and to read. */
  join(recorder: Recorder): void;
  /** Sends what there is with the answer of the request that is being worked on, or a moment later. */
  soon(): void;
  /** Sends what there is at once: before the answer that goes out next. */
  send(): void;
  /** Settles once everything that any replica has recorded is here. Rejects with StoreUnavailable. */
  caughtUp(): Promise<void>;
  /** The number of the last entry that was read. */
  readonly lastNumber: number;
  /** Sends what there is, as far as the store takes it. */
  close(): Promise<void>;
  /** Sends and reads nothing from now on. */
  drop(): void;
}

/** How much a log holds: about 600 sign-ons. */
const cap = { entries: 3000, bytes: 16 * 1024 * 1024 };
/** How many entries are read at once. */
const batch = 200;
/** How long a step without a request waits for one to be sent with, in milliseconds. */
const moment = 20;
/** After this time, in milliseconds, what waits for its answer is sent without, and what the store did not take is sent again. */
const patience = 1000;
/** How many entries are kept while the store does not take them. */
const mostUnsent = 1000;
const mostTurnsKnown = 5000;

interface LogOptions {
  readonly backend: Pick<Backend, 'append' | 'entries'>;
  readonly environmentId: string;
  /** This replica, another one after each start. */
  readonly origin: string;
}

interface Text {
  readonly turn: number;
  readonly text: string;
}

interface Sent extends Recorded {
  readonly origin: string;
  readonly turn: number;
}

export function createSharedLog({ backend, environmentId, origin }: LogOptions): SharedLog {
  let recorder: Recorder | undefined;
  let last = 0;
  let turn = 0;
  let unsent: Text[] = [];
  /** Where the newest entries of this replica are. */
  const places = new Map<number, number>();
  let sending: Promise<unknown> = Promise.resolve();
  let timer: { readonly handle: NodeJS.Timeout; readonly all: boolean } | undefined;
  /** Entries that were read: one that was sent again may be in the log twice. */
  const known = new Set<string>();

  const wait = (milliseconds: number, all: boolean) => {
    if (timer && (all || !timer.all)) return;
    clearTimeout(timer?.handle);
    timer = { handle: setTimeout(() => flush(all), milliseconds).unref(), all };
  };

  /** Sends the texts in their order. What the store does not take is kept for the next time. */
  function append(texts: readonly Text[], startsOver: boolean): void {
    const done = backend
      .append(
        environmentId,
        texts.map(({ text }) => text),
        { cap, startsOver },
      )
      .then(
        (number) => {
          for (const { turn: of } of texts) places.set(of, number);
          while (places.size > mostTurnsKnown) places.delete(places.keys().next().value as number);
        },
        () => {
          unsent = [...texts, ...unsent].slice(-mostUnsent);
          wait(patience, true);
        },
      );
    sending = Promise.all([sending, done]);
  }

  function flush(all = false): void {
    clearTimeout(timer?.handle);
    timer = undefined;
    const recorded = recorder?.collect(turn + 1, all);
    if (recorded) turn += 1;
    const texts = [...unsent, ...(recorded ? [{ turn, text: JSON.stringify({ origin, turn, ...recorded } satisfies Sent) }] : [])];
    unsent = [];
    // What was sent before it is not worth keeping.
    const startsOver = allCleared.every((name) => recorded?.cleared?.includes(name));
    if (texts.length > 0) append(startsOver ? texts.slice(-1) : texts, startsOver);
    if (recorder?.isHolding) wait(patience, true);
  }

  /** Whether an entry of this replica was before another one; those that are not known any more are old. */
  function isBefore(own: number, number: number): boolean {
    const place = places.get(own);
    if (place !== undefined) return place < number;
    const [oldest = 0] = places.keys();
    return own < oldest;
  }

  function apply(number: number, text: string): void {
    last = number;
    const { origin: from, turn: of, ...recorded } = parseOwn<Sent>(text);
    const name = `${from} ${of}`;
    if (known.has(name)) return;
    known.add(name);
    if (known.size > mostTurnsKnown) known.delete(known.values().next().value as string);
    recorder?.apply(recorded, { number, isOwn: from === origin, turn: of, isAfter: (own) => isBefore(own, number) });
  }

  async function read(): Promise<void> {
    flush();
    await sending;
    for (;;) {
      const entries = await backend.entries(environmentId, last, batch);
      for (const { number, text } of entries) apply(number, text);
      if (entries.length > 0) recorder?.applied();
      if (entries.length < batch) return;
    }
  }

  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    reading = read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return {
    join(given) {
      recorder = given;
    },
    soon: () => wait(moment, false),
    send: () => flush(),
    caughtUp() {
      if (!reading) return start();
      // What is being read may have been asked for before the latest entry was there.
      next ??= reading.then(start, start);
      return next;
    },
    get lastNumber() {
      return last;
    },
    async close() {
      flush(true);
      await sending;
      clearTimeout(timer?.handle);
    },
    drop() {
      recorder = undefined;
      unsent = [];
      clearTimeout(timer?.handle);
    },
  };
}
