import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { Filter } from '../../lib/filter/parse.js';
import { parseMoment } from '../../lib/moment.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidRequest, type PingOneError } from '../../pingone/pingone-error.js';
import { equal, filterable } from '../http/filterable.js';
import { readFilter } from '../http/filtering.js';
import { queryOf } from '../http/paging.js';
import { environmentUrl, ofEnvironment } from '../http/paths.js';

const day = 86_400_000;
/** The longest period, which can still be answered at once. */
const mostDays = 3660;

const filterableTotals = filterable([
  ['startDate', equal],
  ['endDate', equal],
]);

const refused = (message: string): PingOneError => invalidRequest({ code: 'INVALID_FILTER', target: 'filter', message });

/** The moments in a filter, by attribute: only `eq` and `and` are supported. */
function momentsOf(filter: Filter): Map<string, number> {
  if (filter.kind === 'compare') {
    const at = typeof filter.value === 'string' ? parseMoment(filter.value) : undefined;
    if (at === undefined) throw refused(texts.totalsDate.text);
    return new Map([[filter.attribute, at]]);
  }
  if (filter.kind !== 'and') throw refused(texts.totalsJunction.text);
  return new Map(filter.parts.flatMap((part) => [...momentsOf(part)]));
}

/** How many of its current users an environment had on each day (docs/fidelity.md, management 6.1). */
export const totalIdentities: Endpoint = (app, context) => {
  const path = '/environments/:environmentId/totalIdentities';
  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const { filter } = request.query;
    if (filter === undefined) throw refused(texts.totalsRange.text);
    const moments = momentsOf(readFilter(filter, filterableTotals));
    const now = environment.clock.now();
    const end = Math.min(moments.get('endDate') ?? now, now);
    const start = moments.get('startDate') ?? Date.parse(environment.record.createdAt);
    if (end - start > mostDays * day) throw refused(texts.totalsRange.text);
    const made = (await environment.store.users.list()).map(({ createdAt }) => Date.parse(createdAt)).sort((a, b) => a - b);
    const days: { date: string; totalIdentities: number }[] = [];
    for (let from = start, counted = 0; from <= end; from += day) {
      while (counted < made.length && (made[counted] as number) < from + day) counted += 1;
      days.push({ date: new Date(from).toISOString(), totalIdentities: counted });
    }
    const self = `${environmentUrl(context, request, environment)}/totalIdentities${queryOf(request)}`;
    return toCollection('totalIdentities', days, { self, count: made.length });
  });
};
