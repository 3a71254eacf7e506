import { type Links, toLinks } from './hal.js';

interface ItemAddresses {
  readonly self: string;
  readonly environment?: string;
  /** Further relations with their URLs. */
  readonly [relation: string]: string | undefined;
}

/** An item as responses show it: its links, then its members except hidden ones. */
export function showItem<T extends { readonly id: string }>(
  item: T,
  addresses: ItemAddresses,
  hidden: readonly string[] = [],
): { _links: Links } & Record<string, unknown> {
  const members = Object.entries(item).filter(([name]) => !hidden.includes(name));
  return { _links: toLinks(addresses), ...Object.fromEntries(members) };
}

/** Times that PingOne hides for some resources. */
export const moments = ['createdAt', 'updatedAt'] as const;
