import type { FastifyRequest } from 'fastify';
import type { Collection, Item, PageOptions } from '../../lib/collections/types.js';
import { string } from '../../lib/schema/types.js';
import { readCursor, writeCursor } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidRequest, type PingOneError } from '../../pingone/pingone-error.js';

/** The query parameters of a list that comes in pages (docs/fidelity.md, management 1.6). */
export const pagingQuery = { limit: { type: 'integer', minimum: 1 }, cursor: string } as const;

/** PingOne's maximum, whatever limit a client sends. */
const largestPage = 1000;
const usualPage = 200;

/** The size of a page for a requested limit. */
export const pageSize = (limit = usualPage): number => Math.min(limit, largestPage);

interface PageRequest<T> extends Pick<PageOptions<T>, 'where' | 'among'> {
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const badCursor = (): PingOneError => invalidRequest({ code: 'INVALID_PARAMETER', target: 'cursor', message: texts.cursor.text });

/** One page of a collection, with the cursors of the next and the previous one. `list` names the list: a cursor of another list is refused. */
export async function readPage<T extends Item>(collection: Collection<T>, list: string, { limit, cursor, ...options }: PageRequest<T>) {
  const after = cursor === undefined ? undefined : readCursor(list, cursor);
  if (cursor !== undefined && after === undefined) throw badCursor();
  try {
    const { items, next, previous } = await collection.page({ limit: pageSize(limit), after, ...options });
    return {
      items,
      cursor: next === undefined ? undefined : writeCursor(list, next),
      previous: previous ? writeCursor(list, previous) : previous,
    };
  } catch (error) {
    throw error instanceof RangeError ? badCursor() : error;
  }
}

/** One page of a list that is sorted by id. */
export function pageById<T extends Item>(items: readonly T[], list: string, { limit, cursor }: PageRequest<T>) {
  const after = cursor === undefined ? '' : readCursor(list, cursor);
  if (after === undefined) throw badCursor();
  const rest = items.filter(({ id }) => id > after);
  const page = rest.slice(0, pageSize(limit));
  const last = page.at(-1);
  const cursorAt = ({ id }: T) => writeCursor(list, id);
  return {
    items: page,
    cursor: last && page.length < rest.length ? cursorAt(last) : undefined,
    previous: previousIn(items, items.length - rest.length, pageSize(limit), cursorAt),
  };
}

/** The cursor of the page before the one that starts at a position: empty for the first page, undefined where there is none. */
export function previousIn<T>(items: readonly T[], start: number, size: number, cursorAt: (item: T) => string): string | undefined {
  const before = items[start - size - 1];
  return start === 0 ? undefined : before === undefined ? '' : cursorAt(before);
}

/** The query of a request as a link repeats it. With a cursor, it leads to that page of the same list; an empty cursor leads to the first. */
export function queryOf(request: FastifyRequest, cursor?: string): string {
  const [, query = ''] = request.url.split('?', 2);
  const kept = query.split('&').filter((part) => part !== '' && (cursor === undefined || !part.startsWith('cursor=')));
  if (cursor) kept.push(`cursor=${cursor}`);
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** The addresses of the next and the previous page (docs/fidelity.md, management 1.6). */
export const pagesAround = (
  request: FastifyRequest,
  url: string,
  { cursor, previous }: { cursor?: string | undefined; previous?: string | undefined },
) => ({
  next: cursor === undefined ? undefined : `${url}${queryOf(request, cursor)}`,
  prev: previous === undefined ? undefined : `${url}${queryOf(request, previous)}`,
});
