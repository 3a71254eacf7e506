import { membersOf, parseJson } from '../../lib/unknown.js';
import { readCursor, writeCursor } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidRequest } from '../../pingone/pingone-error.js';
import { badCursor, pageSize, previousIn } from './paging.js';

/** The order that a request asks for. */
export interface Order<T> {
  /** What the items are sorted by: items without it come first. */
  of(item: T): string;
  readonly descending: boolean;
  /** As the query spells it. */
  readonly text: string;
}

/** Reads `order=[-]attribute` (docs/fidelity.md, management 1.8); an unknown attribute is refused. */
export function readOrder<T extends object>(text: string | undefined, attributes: readonly string[]): Order<T> | undefined {
  if (text === undefined) return undefined;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  if (!attributes.includes(name))
    throw invalidRequest({
      code: 'INVALID_PARAMETER',
      target: 'order',
      message: texts.parameter.text,
      innerError: { supportedAttributes: attributes },
    });
  // Case does not matter, as in filters (RFC 7643 §2.2).
  return { of: (item) => String((item as Record<string, unknown>)[name] ?? '').toLowerCase(), descending, text };
}

/** Sorts items; equal ones by their ids. */
export function sortBy<T extends { readonly id: string }>(items: readonly T[], { of, descending }: Order<T>): T[] {
  const sign = descending ? -1 : 1;
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...items].sort((a, b) => sign * compare(of(a), of(b)) || compare(a.id, b.id));
}

/** One page of a sorted list. The cursor holds the last item's id and value, so that the next page is found even if that item is gone. */
export function pageInOrder<T extends { readonly id: string }>(
  items: readonly T[],
  list: string,
  order: Order<T>,
  { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): { items: T[]; cursor: string | undefined; previous: string | undefined } {
  const name = `${list}:${order.text}`;
  const after = cursor === undefined ? undefined : readPlace(readCursor(name, cursor));
  if (cursor !== undefined && after === undefined) throw badCursor();
  const sorted = sortBy(items, order);
  const isAfter = (item: T, { id, value }: Place): boolean => {
    const own = order.of(item);
    if (own === value) return item.id > id;
    return order.descending ? own < value : own > value;
  };
  const rest = after ? sorted.filter((item) => isAfter(item, after)) : sorted;
  const page = rest.slice(0, pageSize(limit));
  const last = page.at(-1);
  const cursorAt = (item: T) => writeCursor(name, JSON.stringify({ id: item.id, value: order.of(item) }));
  return {
    items: page,
    cursor: last && page.length < rest.length ? cursorAt(last) : undefined,
    previous: previousIn(sorted, sorted.length - rest.length, pageSize(limit), cursorAt),
  };
}

interface Place {
  readonly id: string;
  readonly value: string;
}

/** The place that a cursor holds; undefined for a forged one. */
function readPlace(text: string | undefined): Place | undefined {
  try {
    const { id, value } = membersOf(parseJson(text ?? '{}'));
    return typeof id === 'string' && typeof value === 'string' ? { id, value } : undefined;
  } catch {
    return undefined;
  }
}
