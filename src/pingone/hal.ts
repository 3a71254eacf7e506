/** Hypertext Application Language, as PingOne writes it (docs/fidelity.md, management 1.5). */

export type Links = Readonly<Record<string, { readonly href: string }>>;

/** Makes links of addresses; a relation without one is left out. */
export const toLinks = (hrefs: Readonly<Record<string, string | undefined>>): Links =>
  Object.fromEntries(Object.entries(hrefs).flatMap(([relation, href]) => (href === undefined ? [] : [[relation, { href }]])));

export interface CollectionBody {
  readonly _links: Links;
  readonly _embedded: Readonly<Record<string, readonly unknown[]>>;
  readonly count?: number;
  readonly size: number;
}

interface CollectionOptions {
  /** The address of this page. */
  self: string;
  /** The address of the next page, where there is one. */
  next?: string | undefined;
  /** The address of the page before, where there is one. */
  prev?: string | undefined;
  /** How many there are in all; left out where PingOne leaves it out. */
  count?: number | undefined;
}

/** A list of resources under their name. */
export const toCollection = (name: string, items: readonly unknown[], { self, next, prev, count }: CollectionOptions): CollectionBody => ({
  _links: toLinks({ self, next, prev }),
  _embedded: { [name]: items },
  ...(count !== undefined && { count }),
  size: items.length,
});

/** A cursor for the URL: where the next page starts, and of which list. */
export const writeCursor = (list: string, after: string): string => Buffer.from(`${list} ${after}`).toString('base64url');

/** Where a page starts; undefined for a cursor that was not made for this list. */
export function readCursor(list: string, cursor: string): string | undefined {
  const written = Buffer.from(cursor, 'base64url').toString();
  const after = written.startsWith(`${list} `) ? written.slice(list.length + 1) : undefined;
  return after !== undefined && writeCursor(list, after) === cursor ? after : undefined;
}
