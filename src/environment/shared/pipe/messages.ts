import type { AnnouncedChange, Backend, Place } from '../backend.js';

/** The steps of a backend that the other process is asked for. */
export type Step = Exclude<keyof Backend, 'subscribe' | 'watch' | 'time' | 'failure' | 'close'>;

/** What places of one name have in common in all environments. */
export type Shape = Pick<Place, 'name' | 'indexes'>;

/**
 * What a worker sends. Where a step takes a place, a call has the id of the environment and the number of a shape, which
 * was described before. Calls and watches have numbers too.
 */
export type Asked =
  | readonly [kind: 'shape', id: number, shape: Shape]
  | readonly [kind: 'call', id: number, step: Step, args: readonly unknown[]]
  | readonly [kind: 'watch', id: number]
  | readonly [kind: 'unwatch', id: number];

/** What the primary process sends: values and errors of calls, and a value once a watch has begun. */
export type Answered =
  | readonly [kind: 'value', id: number, value: unknown]
  | readonly [kind: 'error', id: number, name: string, message: string]
  | readonly [kind: 'changed', change: AnnouncedChange]
  | readonly [kind: 'grown', id: number, environmentId: string | undefined];

/** The steps whose first argument is a place. */
export const ofPlaces: ReadonlySet<Step> = new Set(['put', 'take', 'takeAll', 'get', 'find', 'count', 'window', 'sweep']);
