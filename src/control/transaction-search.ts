import { endpointOf } from '../environment/journal/endpoints.js';
import type { Transaction } from '../environment/journal/transactions.js';

/** What a search may name, as `user:alice`; anything else is looked for everywhere. */
export const searchFields = ['user', 'app', 'endpoint', 'rule', 'id', 'state', 'status', 'env'] as const;
export type SearchField = (typeof searchFields)[number];

/** One word of a search: in lower case, without quotes. */
export interface SearchTerm {
  /** If absent, every field is searched. */
  readonly field?: SearchField | undefined;
  readonly value: string;
  /** The term began with `-`: what matches it is left out. */
  readonly excluded: boolean;
}

/** The most words that are read: more than a person types. */
const mostTerms = 20;

/** A word that may be quoted, after an optional `-` and an optional field: `-app:"Demo SPA"`. */
const term = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))/gi;

const isField = (name: string | undefined): name is SearchField => (searchFields as readonly string[]).includes(name ?? '');

/**
 * Reads a search, as `user:alice rule:pkce -state:failed "any text"`. Any text is a search: a word without a field is
 * searched for as written, and a field without a value yet is ignored.
 */
export function parseSearch(text: string): readonly SearchTerm[] {
  const terms: SearchTerm[] = [];
  for (const [whole, minus = '', name, quoted, bare] of text.matchAll(term)) {
    const field = name?.toLowerCase();
    const isNamed = isField(field);
    const value = isNamed || name === undefined ? (quoted ?? bare ?? '') : whole.slice(minus.length).replaceAll('"', '');
    const isBegun = value === '' || (quoted === undefined && value.endsWith(':') && isField(value.slice(0, -1).toLowerCase()));
    if (isBegun) continue;
    terms.push({ ...(isNamed && { field }), value: value.toLowerCase(), excluded: minus === '-' });
    if (terms.length === mostTerms) break;
  }
  return terms;
}

/** The searchable texts of a transaction, by field, in lower case. */
export type Searchable = Readonly<Record<SearchField | 'text', readonly string[]>>;

interface Around {
  /** Its state as of now. */
  readonly state: string;
  /** Its environment's name. */
  readonly environmentName?: string | undefined;
}

/** The texts by which a transaction can be found. */
export function searchableOf(transaction: Transaction, { state, environmentName }: Around): Searchable {
  const { id, environmentId, application, user, steps, error, diagnosis, warnings } = transaction;
  const exchanges = [...new Set(steps.flatMap(({ exchange }) => exchange ?? []))];
  const refusals = steps.flatMap(({ checks }) => checks.filter(({ ok }) => !ok).map(({ rule }) => rule));
  const codes = [diagnosis, ...warnings].flatMap((each) => each?.code ?? []);
  const lower = (values: readonly (string | undefined)[]): string[] => values.flatMap((value) => value?.toLowerCase() ?? []);
  return {
    user: lower([user]),
    app: lower([application?.name, application?.id]),
    endpoint: lower([...new Set(exchanges.map(endpointOf))]),
    rule: lower([...new Set([...refusals, ...codes])]),
    id: lower([id, ...exchanges.map((exchange) => exchange.id)]),
    state: [state],
    status: [...new Set(exchanges.flatMap(({ answer }) => (answer ? [String(answer.status)] : [])))],
    env: lower([environmentId, environmentName]),
    text: lower([error, diagnosis?.title, ...warnings.map(({ title }) => title), exchanges[0]?.url.split('?', 1)[0]]),
  };
}

const holds = (field: SearchField | 'text', value: string, sought: string): boolean =>
  // A part of an id is most likely its beginning; a part of another would be chance.
  field === 'id' || field === 'state' || field === 'status' ? value.startsWith(sought) : value.includes(sought);

/** Whether a transaction fits a search: all of its terms, and none of those that it excludes. */
export function fitsSearch(terms: readonly SearchTerm[], searchable: Searchable): boolean {
  const has = (field: SearchField | 'text', sought: string) => searchable[field].some((value) => holds(field, value, sought));
  return terms.every(({ field, value, excluded }) => {
    const found = field ? has(field, value) : ([...searchFields, 'text'] as const).some((each) => has(each, value));
    return found !== excluded;
  });
}
