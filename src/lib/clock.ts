import { earliest, latest } from './moment.js';

/** How a clock differs from the one that it follows, in milliseconds. */
export interface ClockState {
  readonly offset: number;
  /** Where it was stopped. */
  readonly frozenAt?: number | undefined;
}

/** The one source of time. Milliseconds since the epoch. Who moves it waits, for a clock may be shared with other servers. */
export interface Clock {
  now(): number;
  /** Moves this clock forward, or back if negative. */
  advance(milliseconds: number): void | Promise<void>;
  /** Sets this clock; it runs on from there. */
  set(at: number): void | Promise<void>;
  /** Stops this clock now, or at the given moment. */
  freeze(at?: number): void | Promise<void>;
  /** Returns to real time, or to the clock that this one follows. */
  reset(): void | Promise<void>;
  readonly state: ClockState;
  /** Puts this clock into a state. */
  restore(state: ClockState): void | Promise<void>;
  /**
   * Calls a listener whenever this clock, or one that it follows, was moved, stopped or reset. Returns the function that
   * removes the listener.
   */
  onChange(listener: () => void): () => void;
}

/** A clock of this process alone: it is moved at once. */
export interface LocalClock extends Clock {
  advance(milliseconds: number): void;
  set(at: number): void;
  freeze(at?: number): void;
  reset(): void;
  restore(state: ClockState): void;
}

/** A clock that follows another one (real time by default) until it is moved or frozen. */
export function createClock(follows: Pick<Clock, 'now'> & Partial<Pick<Clock, 'onChange'>> = { now: Date.now }): LocalClock {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  let offset = 0;
  let frozenAt: number | undefined;
  // Within the dates that can be written; at their end the clock stops.
  const moved = () => Math.min(latest, Math.max(earliest, frozenAt ?? follows.now() + offset));
  const now = () => (offset === 0 && frozenAt === undefined ? follows.now() : moved());
  return {
    now,
    advance(milliseconds) {
      if (frozenAt === undefined) offset += milliseconds;
      else frozenAt += milliseconds;
      changed();
    },
    set(at) {
      if (frozenAt === undefined) offset = at - follows.now();
      else frozenAt = at;
      changed();
    },
    freeze(at) {
      frozenAt = at ?? now();
      changed();
    },
    reset() {
      offset = 0;
      frozenAt = undefined;
      changed();
    },
    get state() {
      return { offset, frozenAt };
    },
    restore(state) {
      ({ offset, frozenAt } = state);
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      const ignore = follows.onChange?.(listener);
      return () => {
        listeners.delete(listener);
        ignore?.();
      };
    },
  };
}

/** Milliseconds since the epoch by a clock of this process that nothing sets: it only goes forward, and drifts from real time. */
export const steadyTime = (): number => performance.timeOrigin + performance.now();

/** Whole seconds, the unit of JWTs and OAuth responses. */
export const toSeconds = (at: number): number => Math.floor(at / 1000);
