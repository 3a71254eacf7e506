import type { FilterAttribute, FilterAttributes } from '../../lib/filter/plan.js';

/** The operators that PingOne offers for most attributes (docs/fidelity.md, management 1.7). */
export const equal = ['eq'] as const;
export const equalOrStart = ['eq', 'sw'] as const;

export const exact = { caseExact: true } as const;
export const byId = { index: 'id', caseExact: true } as const;

type Value = string | number | boolean | null | undefined;

/** A member by its path, such as `name.given`. */
export const at = (path: string) => {
  const names = path.split('.');
  return (item: object): Value => {
    let found: unknown = item;
    for (const name of names)
      found =
        typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined;
    return typeof found === 'object' ? undefined : (found as Value);
  };
};

export type Row = readonly [name: string, operators: readonly string[], options?: Partial<FilterAttribute<object>>];

/** What a list can be filtered by. */
export interface Filterable<T> {
  readonly attributes: FilterAttributes<T>;
  /** The attributes' names, for a refusal that lists them. */
  readonly names: readonly string[];
  /** Attributes that are followed by a filter in brackets: `memberOfGroups[id eq "…"]`. */
  readonly lists: readonly string[];
}

export function filterable<T extends object>(rows: readonly Row[], lists: readonly string[] = []): Filterable<T> {
  const attributes = new Map(rows.map(([name, operators, options]) => [name, { operators, of: at(name), ...options }]));
  return { attributes: (name) => attributes.get(name), names: [...attributes.keys(), ...lists], lists };
}
