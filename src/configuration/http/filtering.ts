import type { Environment } from '../../environment/context.js';
import { createRecent, type Recent } from '../../lib/collections/recent.js';
import type { Collection, Item } from '../../lib/collections/types.js';
import { type Filter, FilterError, parseFilter } from '../../lib/filter/parse.js';
import { type FilterPlan, filterProblems, type Members, planFilter } from '../../lib/filter/plan.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { type ErrorDetail, invalidRequest, type PingOneError } from '../../pingone/pingone-error.js';
import type { Filterable } from './filterable.js';
import { pageById, readPage } from './paging.js';

/** Longer than any filter that a client sends on purpose. */
const longest = 32_768;

const refused = (message: string, innerError?: ErrorDetail['innerError']): PingOneError =>
  invalidRequest({ code: 'INVALID_FILTER', target: 'filter', message, ...(innerError && { innerError }) });

/** Reads a filter and checks it against what the list offers; a refusal says what would be valid. */
export function readFilter<T>(text: string, { attributes, names, lists }: Filterable<T>): Filter {
  if (text.length > longest) throw refused(texts.filterLength.text(longest));
  let filter: Filter;
  try {
    filter = parseFilter(text);
  } catch (error) {
    throw error instanceof FilterError ? refused(texts.filterUnreadable.text(error.message)) : error;
  }
  const [problem] = filterProblems(filter, attributes, lists);
  if (!problem) return filter;
  if (problem.operator === undefined) throw refused(texts.filterAttribute.text(problem.attribute), { supportedAttributes: names });
  throw refused(texts.filterOperator.text(problem.operator, problem.attribute), {
    supportedOperators: attributes(problem.attribute)?.operators ?? [],
  });
}

/** The values that `memberOfGroups[…]` compares an attribute with. */
const compared = (filter: Filter, attribute: string): string[] => {
  if (filter.kind === 'compare') return filter.attribute === attribute && filter.operator === 'eq' ? [String(filter.value)] : [];
  if (filter.kind === 'and' || filter.kind === 'or') return filter.parts.flatMap((part) => compared(part, attribute));
  return [];
};

/** The ids of the users and groups that `memberOfGroups[id eq "…"]` finds, whether they are direct or indirect members. */
async function membersOf({ store }: Environment, filter: Filter): Promise<Set<string>> {
  const types = compared(filter, 'type').map((type) => type.toUpperCase());
  const [direct, indirect] = [types.length === 0 || types.includes('DIRECT'), types.length === 0 || types.includes('INDIRECT')];
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = compared(filter, 'id').map((id) => ({ id, top: true }));
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    for (const { member } of await store.memberships.find('group.id', next.id)) {
      if (next.top ? direct : indirect) found.add(member.id);
      if (member.type === 'GROUP') open.push({ id: member.id, top: false });
    }
  }
  return found;
}

/** A filter that was read, and its plan if that depends on nothing else. */
interface ReadFilter<T> {
  readonly filter: Filter;
  readonly plan: FilterPlan<T> | undefined;
}

/** Clients send the same few filters: so many are kept for each list, up to this length. */
const rememberedFilters = 256;
const longestRemembered = 1024;

const read = new WeakMap<object, Recent<ReadFilter<never>>>();

/** Whether a filter asks for the members of groups, which come and go. */
const hasMembers = (filter: Filter): boolean =>
  filter.kind === 'some' ||
  (filter.kind === 'not' ? hasMembers(filter.filter) : filter.kind !== 'compare' && filter.parts.some((part) => hasMembers(part)));

/** Reads and plans a filter once, however often it is sent. */
function readOnce<T extends Item>(text: string, filterable: Filterable<T>): ReadFilter<T> {
  // What is kept with a list was read for that list.
  let known = read.get(filterable) as Recent<ReadFilter<T>> | undefined;
  if (!known) {
    known = createRecent<ReadFilter<T>>(rememberedFilters);
    read.set(filterable, known);
  }
  const before = known.get(text);
  if (before) return before;
  const filter = readFilter(text, filterable);
  const plan = hasMembers(filter) ? undefined : planFilter(filter, filterable.attributes, new Map());
  if (text.length <= longestRemembered) known.set(text, { filter, plan });
  return { filter, plan };
}

async function membersIn(environment: Environment | undefined, filter: Filter): Promise<Members> {
  const members = new Map<Filter, ReadonlySet<string>>();
  const open: Filter[] = [filter];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'some' && environment) members.set(next, await membersOf(environment, next.filter));
    else if (next.kind === 'and' || next.kind === 'or') open.push(...next.parts);
    else if (next.kind === 'not') open.push(next.filter);
  }
  return members;
}

/** Prepares the filter of a query; undefined without one, where everything fits. */
export async function planOf<T extends Item>(
  environment: Environment | undefined,
  text: string | undefined,
  filterable: Filterable<T>,
): Promise<FilterPlan<T> | undefined> {
  if (text === undefined) return undefined;
  const { filter, plan } = readOnce(text, filterable);
  return plan ?? planFilter(filter, filterable.attributes, await membersIn(environment, filter));
}

interface FilteredPage<T> {
  readonly items: T[];
  readonly cursor?: string | undefined;
  /** The cursor of the previous page: empty for the first page. */
  readonly previous?: string | undefined;
  /** How many items fit in total. */
  readonly count: number;
}

/** One page of the items that fit a filter. Other items are skipped if an index finds those that fit. */
export async function readFilteredPage<T extends Item>(
  collection: Collection<T>,
  list: string,
  plan: FilterPlan<T> | undefined,
  wanted: { limit?: number | undefined; cursor?: string | undefined },
): Promise<FilteredPage<T>> {
  if (!plan) return { ...(await readPage(collection, list, wanted)), count: await collection.count() };
  const { fits, lookups, isExact } = plan;
  const [only, ...others] = lookups ?? [];
  if (isExact && only && only.index !== 'id')
    return {
      ...(await readPage(collection, list, { ...wanted, among: only })),
      count: await collection.count(only.index, only.value),
    };
  if (lookups === undefined || (only && others.length === 0 && only.index !== 'id')) {
    const candidates = only ? await collection.find(only.index, only.value) : await collection.list();
    const page = await readPage(collection, list, { ...wanted, where: fits, ...(only && { among: only }) });
    return { ...page, count: candidates.filter(fits).length };
  }
  // Several values at once, as Terraform sends them: few enough to collect and sort.
  const found = new Map<string, T>();
  for (const { index, value } of lookups) {
    const items = index === 'id' ? [await collection.get(value)] : await collection.find(index, value);
    for (const item of items) if (item && fits(item)) found.set(item.id, item);
  }
  const items = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...pageById(items, list, wanted), count: items.length };
}
