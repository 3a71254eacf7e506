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
  const shown: { _links: Links } & Record<string, unknown> = { _links: toLinks(addresses) };
  for (const name of Object.keys(item)) if (!hidden.includes(name)) shown[name] = item[name as keyof T];
  return shown;
}

/** Times that PingOne hides for some resources. */
export const moments = ['createdAt', 'updatedAt'] as const;
