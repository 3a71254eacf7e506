/** A thing as an answer of the management API has it. */
export type Item = Record<string, unknown> & { id: string };

/** Every item of a list, page after page. */
export type List = (path: string) => Promise<Item[]>;

/** What an answer says beside the body that makes a thing. */
const answered = [
  '_links',
  '_embedded',
  'environment',
  'createdAt',
  'updatedAt',
  'clientId',
  'userCount',
  'lastSignOn',
  'account',
  'resource',
  'application',
  'user',
  'signOnPolicy',
  'directMemberCounts',
  'totalMemberCounts',
  'readOnly',
  'displayName',
  'default',
];

/** What a body says of a thing, without some more of it. */
export const without = (item: Item, ...names: string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name) && !answered.includes(name))) as Item;

/** Whether it is the default of its kind is told only of the one that is. */
export const withDefault = (item: Item): Item => ({ ...without(item), ...(item.default === true && { default: true }) });

export const idOf = (value: unknown): string => String((value as { id?: unknown } | undefined)?.id);

/** An optional member of a seed: left out where it would be empty. */
export const listed = <T>(name: string, items: readonly T[]): Record<string, readonly T[]> => (items.length === 0 ? {} : { [name]: items });
