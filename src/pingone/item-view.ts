import { type Links, toLinks } from './hal.js';

interface ItemAddresses {
  readonly self: string;
  readonly environment?: string;
  /** More relations with their addresses. */
  readonly [relation: string]: string | undefined;
}

/** Something of an environment as an answer shows it: its links, then its members without those that PingOne does not tell. */
export function showItem<T extends { readonly id: string }>(
  item: T,
  addresses: ItemAddresses,
  hidden: readonly string[] = [],
): { _links: Links } & Record<string, unknown> {
  const members = Object.entries(item).filter(([name]) => !hidden.includes(name));
  return { _links: toLinks(addresses), ...Object.fromEntries(members) };
}

/** Moments that PingOne keeps to itself for some resources. */
export const moments = ['createdAt', 'updatedAt'] as const;
