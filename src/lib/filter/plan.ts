import type { Comparison, Filter } from './parse.js';

/** An attribute that a collection can be filtered by. */
export interface FilterAttribute<T> {
  readonly operators: readonly string[];
  of(item: T): string | number | boolean | null | undefined;
  /** The index for equality with a text, if there is one. */
  readonly index?: string;
  /** Case-sensitive: ids, addresses. The default is not (RFC 7643 §2.2). */
  readonly caseExact?: boolean;
}

/** Returns the attribute with a name, or undefined. */
export type FilterAttributes<T> = (name: string) => FilterAttribute<T> | undefined;

/** The ids of the items that match each `attribute[…]`, found beforehand. */
export type Members = ReadonlyMap<Filter, ReadonlySet<string>>;

/** A filter, ready to use: what matches, and where to look first. */
export interface FilterPlan<T> {
  fits(item: T): boolean;
  /** These find everything that matches, and maybe more; undefined: only a scan will do. */
  readonly lookups: readonly { readonly index: string; readonly value: string }[] | undefined;
  /** There is a single lookup, and it finds exactly what matches. */
  readonly isExact?: boolean;
}

/** A part of a filter that the collection does not support. */
export interface FilterProblem {
  readonly attribute: string;
  /** Absent if the attribute itself is unknown. */
  readonly operator?: string;
}

/** Every attribute and operator of a filter that a collection does not support. */
export function filterProblems<T>(filter: Filter, attributes: FilterAttributes<T>, lists: readonly string[] = []): FilterProblem[] {
  if (filter.kind === 'not') return filterProblems(filter.filter, attributes, lists);
  if (filter.kind === 'some') return lists.includes(filter.attribute) ? [] : [{ attribute: filter.attribute }];
  if (filter.kind === 'compare') {
    const known = attributes(filter.attribute);
    if (!known) return [{ attribute: filter.attribute }];
    return known.operators.includes(filter.operator) ? [] : [{ attribute: filter.attribute, operator: filter.operator }];
  }
  return filter.parts.flatMap((part) => filterProblems(part, attributes, lists));
}

const folded = (value: unknown, caseExact: boolean): unknown => (typeof value === 'string' && !caseExact ? value.toLowerCase() : value);

const compare = <T>({ operator, value }: Comparison, { of, caseExact = false }: FilterAttribute<T>): ((item: T) => boolean) => {
  const wanted = folded(value, caseExact);
  const text = String(wanted);
  // Clients put every value in quotation marks: `enabled eq "true"`.
  const same = (found: unknown) => found === wanted || (typeof found === 'boolean' && String(found) === text);
  const tests: Record<string, (found: unknown) => boolean> = {
    eq: same,
    ne: (found) => !same(found),
    sw: (found) => typeof found === 'string' && found.startsWith(text),
    ew: (found) => typeof found === 'string' && found.endsWith(text),
    co: (found) => typeof found === 'string' && found.includes(text),
    lt: (found) => (typeof found === 'number' ? found < Number(wanted) : typeof found === 'string' && found < text),
    gt: (found) => (typeof found === 'number' ? found > Number(wanted) : typeof found === 'string' && found > text),
    le: (found) => (typeof found === 'number' ? found <= Number(wanted) : typeof found === 'string' && found <= text),
    ge: (found) => (typeof found === 'number' ? found >= Number(wanted) : typeof found === 'string' && found >= text),
  };
  const test = tests[operator] ?? (() => false);
  return (item) => test(folded(of(item), caseExact));
};

/** Plans a filter in which `filterProblems` found nothing. */
export function planFilter<T extends { readonly id: string }>(
  filter: Filter,
  attributes: FilterAttributes<T>,
  members: Members,
): FilterPlan<T> {
  if (filter.kind === 'not') {
    const inner = planFilter(filter.filter, attributes, members);
    return { fits: (item) => !inner.fits(item), lookups: undefined };
  }
  if (filter.kind === 'some') {
    const ids = members.get(filter) ?? new Set<string>();
    return { fits: ({ id }) => ids.has(id), lookups: [...ids].map((value) => ({ index: 'id', value })) };
  }
  if (filter.kind === 'compare') {
    const attribute = attributes(filter.attribute) as FilterAttribute<T>;
    const found = attribute.index !== undefined && filter.operator === 'eq' && typeof filter.value === 'string';
    const value = String(folded(filter.value, attribute.caseExact ?? false));
    const fits = compare(filter, attribute);
    return found ? { fits, lookups: [{ index: attribute.index as string, value }], isExact: true } : { fits, lookups: undefined };
  }
  const parts = filter.parts.map((part) => planFilter(part, attributes, members));
  if (filter.kind === 'or') {
    const known = parts.flatMap(({ lookups }) => (lookups === undefined ? [] : [lookups]));
    return {
      fits: (item) => parts.some(({ fits }) => fits(item)),
      lookups: known.length === parts.length ? known.flat() : undefined,
    };
  }
  // One part with lookups is enough, as the others only narrow the result. The one with the fewest lookups wins.
  const narrowest = parts.map(({ lookups }) => lookups).filter((lookups) => lookups !== undefined);
  return {
    fits: (item) => parts.every(({ fits }) => fits(item)),
    lookups: narrowest.sort((a, b) => a.length - b.length)[0],
  };
}
