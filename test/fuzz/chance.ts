/** Chance that a seed repeats, and fast: a run asks for it some twenty times a request. */
export interface Chance {
  /** From 0 to below `end`. */
  below(end: number): number;
  /** Whether it comes to pass, once in so many times. */
  oneIn(times: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  pick<T>(from: readonly T[]): T | undefined;
}

/** Chance for item `number` of a run: mulberry32, begun with a hash (FNV-1a) of both. */
export function createChance(seed: string, number: number): Chance {
  let state = 0x811c9dc5;
  for (const character of `${seed}:${number}`) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, oneIn: (times) => below(times) === 0, pick: <T>(from: readonly T[]): T => from[below(from.length)] as T };
}
