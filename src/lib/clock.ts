import { earliest, latest } from './moment.js';

/** The one source of time. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Moves this clock forward (or back) by so many milliseconds. */
  advance(milliseconds: number): void;
  /** Puts this clock at a moment; it runs on from there. */
  set(at: number): void;
  /** Stops this clock where it is, or at the given moment. */
  freeze(at?: number): void;
  /** Back to real time (or to the clock that this one follows). */
  reset(): void;
}

/** A clock that follows another one (real time by default) until it is moved or frozen. */
export function createClock(follows: { now(): number } = { now: Date.now }): Clock {
  let offset = 0;
  let frozenAt: number | undefined;
  // Beyond this a clock that follows another one stands still.
  const now = () => Math.min(latest, Math.max(earliest, frozenAt ?? follows.now() + offset));
  return {
    now,
    advance(milliseconds) {
      if (frozenAt === undefined) offset += milliseconds;
      else frozenAt += milliseconds;
    },
    set(at) {
      if (frozenAt === undefined) offset = at - follows.now();
      else frozenAt = at;
    },
    freeze(at) {
      frozenAt = at ?? now();
    },
    reset() {
      offset = 0;
      frozenAt = undefined;
    },
  };
}

/** Whole seconds, as JWTs and OAuth answers count them. */
export const toSeconds = (at: number): number => Math.floor(at / 1000);
