import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import { type EndpointName, endpointNames } from '../environment/journal/endpoints.js';
import { toRecordedRequest } from '../environment/journal/raw-http.js';
import type { RequestFilter, RequestJournal } from '../environment/journal/requests.js';
import { sendJson } from '../http/answers.js';
import { parseMoment } from '../lib/moment.js';
import { array, integer, object, oneOf, string } from '../lib/schema/types.js';
import { recordedRequest, shows } from './answer-schemas.js';
import type { Closing } from './closing.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';
import { checkerOf } from './validation.js';
import { readWait, waitUntil } from './wait.js';

const filters = { endpoint: oneOf(...endpointNames), client: string, status: integer, method: string, since: string, transaction: string };
const listQuery = object({}, { ...filters, wait: string, count: { ...integer, minimum: 1 }, limit: { ...integer, minimum: 1 } });

const listed = shows(object({ count: integer, requests: array(recordedRequest) }));
const counted = shows(object({ count: integer }));

interface JournalQuery {
  endpoint?: EndpointName;
  client?: string;
  status?: number;
  method?: string;
  since?: string;
  transaction?: string;
  wait?: string;
  /** How many to wait for. */
  count?: number;
  limit?: number;
}

function readFilter({ endpoint, client, status, method, since, transaction }: JournalQuery): RequestFilter {
  const at = since === undefined ? undefined : /^\d+$/.test(since) ? Number(since) : parseMoment(since);
  if (since !== undefined && at === undefined)
    throw new ControlError(
      400,
      'value_refused',
      `since: expected a moment, got ${JSON.stringify(since)}`,
      'write it as 2030-01-01T00:00:00Z',
    );
  return { endpoint, client, status, method, since: at, transaction };
}

const check = checkerOf(listQuery, 'querystring');

/** A filter that did not come over HTTP, judged as if it had. */
export const checkFilter = (query: object): RequestFilter => readFilter(check(query) as JournalQuery);

/** The journal: every request to an environment with its answer; without an environment, those that belong to none. */
export const requests = (app: App, context: Context, closing: Closing): void => {
  const environmentAsked = (request: FastifyRequest): Environment | undefined =>
    (request.params as { environmentId?: string }).environmentId === undefined ? undefined : environmentOfPath(context, request);
  const journalOf = (request: FastifyRequest): RequestJournal => (environmentAsked(request) ?? context).requests;

  const find = async (request: FastifyRequest) => {
    const query = request.query as JournalQuery;
    const [filter, journal, { count = 1 }] = [readFilter(query), journalOf(request), query];
    const look = () => {
      const found = journal.list(filter);
      return found.length >= count ? found : undefined;
    };
    const milliseconds = readWait(query.wait);
    const { removed } = environmentAsked(request) ?? {};
    await waitUntil({ milliseconds, look, subscribe: journal.subscribe, request, closing: closing.signal, removed });
    // Whoever waited for an environment that is gone now is told so.
    environmentAsked(request);
    return journal.list(filter);
  };

  const list = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await find(request);
    const { limit } = request.query as JournalQuery;
    const shown = limit === undefined ? found : found.slice(-limit);
    return sendJson(reply, {
      count: found.length,
      requests: shown.map((exchange) => toRecordedRequest(exchange, context.settings.hideSecrets)),
    });
  };
  const count = async (request: FastifyRequest, reply: FastifyReply) => sendJson(reply, { count: (await find(request)).length });
  const clear = (request: FastifyRequest, reply: FastifyReply) => {
    journalOf(request).clear();
    return reply.code(204).send();
  };

  for (const prefix of ['', '/environments/:environmentId']) {
    app.get(
      `${prefix}/requests`,
      { schema: { summary: 'Requests with their answers, oldest first', querystring: listQuery, answers: listed } },
      list,
    );
    app.get(
      `${prefix}/requests/count`,
      { schema: { summary: 'How many requests there were', querystring: listQuery, answers: counted } },
      count,
    );
    app.delete(`${prefix}/requests`, { schema: { summary: 'Forget the requests' } }, clear);
  }
};
