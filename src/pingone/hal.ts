/** Hypertext Application Language in PingOne's form (docs/fidelity.md, management 1.5). */

export type Links = Readonly<Record<string, { readonly href: string }>>;

/** Builds `_links` from URLs by relation; relations without a URL are omitted. */
export function toLinks(hrefs: Readonly<Record<string, string | undefined>>): Links {
  const links: Record<string, { href: string }> = {};
  for (const relation of Object.keys(hrefs)) {
    const href = hrefs[relation];
    if (href !== undefined) links[relation] = { href };
  }
  return links;
}

export interface CollectionBody {
  readonly _links: Links;
  readonly _embedded: Readonly<Record<string, readonly unknown[]>>;
  readonly count?: number;
  readonly size: number;
}

interface CollectionOptions {
  /** The URL of this page. */
  self: string;
  /** The URL of the next page, if there is one. */
  next?: string | undefined;
  /** The URL of the previous page, if there is one. */
  prev?: string | undefined;
  /** The total number of items; undefined where PingOne omits it. */
  count?: number | undefined;
}

/** A collection, its items under their name in `_embedded`. */
export const toCollection = (name: string, items: readonly unknown[], { self, next, prev, count }: CollectionOptions): CollectionBody => ({
  _links: toLinks({ self, next, prev }),
  _embedded: { [name]: items },
  ...(count !== undefined && { count }),
  size: items.length,
});

/** A cursor: the list, and the item that the page starts after. */
export const writeCursor = (list: string, after: string): string => Buffer.from(`${list} ${after}`).toString('base64url');

/** The item that a page starts after; undefined for a cursor of another list. */
export function readCursor(list: string, cursor: string): string | undefined {
  const written = Buffer.from(cursor, 'base64url').toString();
  const after = written.startsWith(`${list} `) ? written.slice(list.length + 1) : undefined;
  return after !== undefined && writeCursor(list, after) === cursor ? after : undefined;
}
