import type { Activity } from '../../environment/journal/activities.js';
import type { Filter } from '../../lib/filter/parse.js';
import { type FilterAttribute, planFilter } from '../../lib/filter/plan.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidRequest, type PingOneError } from '../../pingone/pingone-error.js';
import { readFilter } from '../http/filtering.js';

const times = ['eq', 'gt', 'lt', 'ge', 'le'] as const;
const equal = ['eq'] as const;

type Row = readonly [name: string, of: FilterAttribute<Activity>['of'], operators?: readonly string[]];

/** What activities may be filtered by: the parameters of PingOne's audit page (docs/fidelity.md, management 7.15). */
const rows: readonly Row[] = [
  ['recordedAt', ({ at }) => at, times],
  ['createdAt', ({ at }) => at, times],
  ['correlationId', ({ correlationId }) => correlationId],
  ['action.type', ({ type }) => type],
  ['actors.user.id', ({ user }) => user?.id],
  ['actors.user.name', ({ user }) => user?.name],
  ['actors.client.id', ({ client }) => client?.id],
  ['resources.id', ({ resource }) => resource.id],
  ['resources.type', ({ resource }) => resource.type],
  ['resources.population.id', ({ resource }) => resource.populationId],
  ['environment.id', ({ resource }) => resource.environmentId],
];

// Clients write recordedat as well.
const byName = new Map(rows.map(([name, of, operators = equal]) => [name.toLowerCase(), { of, operators }]));
const filterable = {
  attributes: (name: string) => byName.get(name.toLowerCase()),
  names: rows.map(([name]) => name),
  lists: [],
};

const isTime = (attribute: string): boolean => ['recordedat', 'createdat'].includes(attribute.toLowerCase());

const refuse = (message: string): PingOneError => invalidRequest({ code: 'INVALID_FILTER', target: 'filter', message });

/** Whether the filter limits the time on both sides. */
function hasRange(filter: Filter): boolean {
  if (filter.kind === 'compare') return isTime(filter.attribute);
  if (filter.kind === 'and') return filter.parts.some(hasRange);
  return filter.kind === 'or' && filter.parts.every(hasRange);
}

/** The filter with its times as milliseconds, so that they compare whatever their spelling. */
function withTimes(filter: Filter): Filter {
  if (filter.kind === 'not') return { ...filter, filter: withTimes(filter.filter) };
  if (filter.kind === 'and' || filter.kind === 'or') return { ...filter, parts: filter.parts.map(withTimes) };
  if (filter.kind !== 'compare' || !isTime(filter.attribute)) return filter;
  const { attribute, value } = filter;
  const isIso = typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/i.test(value);
  const time = isIso ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw refuse(texts.filterTime.text(attribute));
  return { ...filter, value: time };
}

/**
 * Reads the filter of a search for activities, which must limit the time on both sides.
 * @throws {PingOneError} if it cannot be read, names what cannot be filtered by, or has no range
 */
export function fitsFilter(text: string | undefined): (activity: Activity) => boolean {
  const filter = text === undefined ? undefined : readFilter(text, filterable);
  if (!filter || !hasRange(filter)) throw refuse(texts.filterRange.text);
  return planFilter(withTimes(filter), filterable.attributes, new Map()).fits;
}
