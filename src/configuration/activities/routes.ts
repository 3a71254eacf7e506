import type { FastifyRequest } from 'fastify';
import { type Endpoint, environmentOf } from '../../environment/context.js';
import { object, string } from '../../lib/schema/types.js';
import { readCursor, toCollection, writeCursor } from '../../pingone/hal.js';
import { notFound } from '../../pingone/pingone-error.js';
import { badCursor, pageSize, pagesAround, pagingQuery, queryOf } from '../http/paging.js';
import { environmentUrl, idOf, ofEnvironment, ofItem, rootOf } from '../http/paths.js';
import { fitsFilter } from './filter.js';
import { showActivity } from './view.js';

const path = '/environments/:environmentId/activities';

/** Audit events (docs/fidelity.md, management 7.15), the newest first: a filter with a range of time is mandatory. */
export const activities: Endpoint = (app, context) => {
  /** One page of what fits. A cursor names the last event of the previous page, so later events shift nothing. */
  const search = async (request: FastifyRequest, filter: string | undefined, { limit, cursor }: { limit?: number; cursor?: string }) => {
    const environment = environmentOf(context, request);
    const fits = fitsFilter(filter);
    const list = `${environment.id}/activities`;
    const after = cursor === undefined ? undefined : readCursor(list, cursor);
    await context.recordings.caughtUp(environment.id);
    if (cursor !== undefined && !/^\d{1,15}$/.test(after ?? '')) throw badCursor();
    const found = [...environment.activities.newestFirst()].filter(fits);
    const rest = after === undefined ? found : found.filter(({ n }) => n < Number(after));
    const page = rest.slice(0, pageSize(limit));
    const last = page.at(-1);
    const next = last && page.length < rest.length ? writeCursor(list, String(last.n)) : undefined;
    const [root, url] = [rootOf(context, request), `${environmentUrl(context, request, environment)}/activities`];
    const shown = page.map((activity) => showActivity(activity, root));
    return toCollection('activities', shown, {
      self: `${url}${queryOf(request)}`,
      ...pagesAround(request, url, { cursor: next }),
      count: found.length,
    });
  };

  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { ...pagingQuery, filter: string }) } }, async (request) =>
    search(request, request.query.filter, request.query),
  );
  app.post(
    path,
    { schema: { params: ofEnvironment, querystring: object({}, pagingQuery), body: object({ filter: string }) } },
    async (request) => search(request, request.body.filter, request.query),
  );
  app.get(`${path}/:itemId`, { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    await context.recordings.caughtUp(environment.id);
    const activity = environment.activities.get(idOf(request, 'itemId').toLowerCase());
    if (!activity) throw notFound();
    return showActivity(activity, rootOf(context, request));
  });
};
