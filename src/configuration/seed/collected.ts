/** An item in an answer of the management API. */
export type CollectedItem = Record<string, unknown> & { id: string };

/** Every item of a list, reading all pages. */
export type List = (path: string) => Promise<CollectedItem[]>;

/** Reads the management API. */
export interface ManagementReader {
  /**
   * The body of a path under /v1, or undefined where it does not exist or may not be read.
   *
   * @param options.optional do not report it if it does not exist
   */
  read(path: string, options?: { readonly optional?: boolean }): Promise<Record<string, unknown> | undefined>;
  /** The answer in another format than JSON, or undefined where it cannot be read. Without it, certificates are left out. */
  text?(path: string, accept: string): Promise<string | undefined>;
  /** The contents of an uploaded image by its address, or undefined where it cannot be read. Without it, images are left out. */
  image?(href: string): Promise<Uint8Array | undefined>;
}

/** Reads the configuration of one environment; paths begin after its address. */
export interface ConfigurationReader {
  readonly list: List;
  /** An answer in another format than JSON; undefined where it cannot be read. */
  text(path: string, accept: string): Promise<string | undefined>;
  /** Whether the seed may hold secrets. */
  readonly secrets: boolean;
  /** A single item; undefined where it does not exist or may not be read. */
  read(path: string): Promise<CollectedItem | undefined>;
}

/** Members of answers that bodies do not have. */
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

/** The members of an item that a body has, without some more of them. */
export const without = (item: CollectedItem, ...names: string[]): CollectedItem =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name) && !answered.includes(name))) as CollectedItem;

/** The same; `default` is kept only where it is true. */
export const withDefaultBut = (item: CollectedItem, ...names: string[]): CollectedItem => ({
  ...without(item, ...names),
  ...(item.default === true && { default: true }),
});

export const withDefault = (item: CollectedItem): CollectedItem => withDefaultBut(item);

export const collectedId = (value: unknown): string => String((value as { id?: unknown } | undefined)?.id);

/** An optional member of a seed, left out if empty. */
export const listed = <T>(name: string, items: readonly T[]): Record<string, readonly T[]> => (items.length === 0 ? {} : { [name]: items });

/** Roles that are assigned directly, not through a group. */
export const rolesOf = (assignments: readonly CollectedItem[]) =>
  assignments.filter(({ group }) => group === undefined).map(({ id, role, scope }) => ({ id, role: collectedId(role), scope }));
