/** Places in a JSON value, and values of another kind for them. */

export type Place = readonly (string | number)[];

/** One of each kind of JSON, and what hides in it. */
export const wrongKinds: readonly unknown[] = [null, true, 0, 1.5, '', 'x', [], [null], [[]], [{ id: [] }], {}, { id: null }, { id: 5 }];

/** Every place in a JSON value, the outermost first. */
export function placesOf(value: unknown, above: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, part]) => [[...above, name], ...placesOf(part, [...above, name])]);
}

/** A copy with another value in a place. */
export function withValueAt<T>(value: T, [name, ...rest]: Place, other: unknown): T {
  const copy = structuredClone(value);
  let at: unknown = copy;
  const path = [name, ...rest];
  for (const [depth, part] of path.entries()) {
    if (typeof at !== 'object' || at === null || part === undefined) break;
    if (depth === path.length - 1) Reflect.set(at, part, other);
    else at = Reflect.get(at, part);
  }
  return copy;
}
