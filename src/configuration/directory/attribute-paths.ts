/** The attributes of users by their paths, such as `name.given`. */

/** The value at a path; undefined where there is none. */
export const attributeOf = (user: object, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
      user,
    );

/** A copy of an object with a value at a path. */
export const withValue = (target: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> => {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  const inner = target[first];
  if (rest.length === 0) return { ...target, [first]: value };
  const parent = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  return { ...target, [first]: withValue(parent, rest.join('.'), value) };
};
