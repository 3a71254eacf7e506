import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import { endpointNames } from '../environment/journal/endpoints.js';
import { toRecordedRequest } from '../environment/journal/raw-http.js';
import type { RequestFilter, RequestJournal } from '../environment/journal/request-journal.js';
import type { TransactionEvents } from '../environment/journal/transaction-events.js';
import { sendJson } from '../http/answers.js';
import { parseMoment } from '../lib/moment.js';
import { array, type Infer, integer, object, oneOf, readBy, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { recordedRequestSchema, shows } from './answer-schemas.js';
import { valueRefused } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { checkerOf } from './validation.js';
import { readWait, waitUntil } from './wait.js';

const filters = { endpoint: oneOf(...endpointNames), client: string, status: integer, method: string, since: string, transaction: string };
/** `count`: how many requests to wait for. `limit`: return only the newest. */
const querystring = object({}, { ...filters, wait: string, count: { ...integer, minimum: 1 }, limit: { ...integer, minimum: 1 } });

const listed = shows(object({ count: integer, requests: array(recordedRequestSchema) }));
const counted = shows(object({ count: integer }));

type JournalQuery = Infer<typeof querystring>;

function readFilter({ endpoint, client, status, method, since, transaction }: JournalQuery): RequestFilter {
  const at = since === undefined ? undefined : /^\d+$/.test(since) ? Number(since) : parseMoment(since);
  if (since !== undefined && at === undefined)
    throw valueRefused(`since: expected a time, got ${JSON.stringify(since)}`, 'write it as 2030-01-01T00:00:00Z');
  return { endpoint, client, status, method, since: at, transaction };
}

const check = checkerOf(querystring, 'querystring');

/** Validates a filter that the library was given in this process, exactly as if it had come over HTTP. */
export const checkFilter = (query: object): RequestFilter => readFilter(check(query));

/** Listens to a journal, and to the events as well: with them come the requests of other replicas. */
const bothOf =
  (journal: RequestJournal, events: TransactionEvents) =>
  (listener: () => void): (() => void) => {
    const ends = [journal.subscribe(listener), events.subscribe(() => {})];
    return () => {
      for (const end of ends) end();
    };
  };

/** The journal of an environment: every request with its response. Without an environment, requests that belong to none. */
export const requests = (app: App, context: Context, closing: AbortSignal): void => {
  const environmentAsked = (request: FastifyRequest): Environment | undefined =>
    textMember(request.params, 'environmentId') === undefined ? undefined : environmentOfPath(context, request);
  const journalOf = (request: FastifyRequest): RequestJournal => (environmentAsked(request) ?? context).requests;

  const find = async (request: FastifyRequest) => {
    const query = readBy(querystring, request.query);
    const [filter, journal, { count = 1 }] = [readFilter(query), journalOf(request), query];
    const look = () => {
      const found = journal.list(filter);
      return found.length >= count ? found : undefined;
    };
    const milliseconds = readWait(query.wait);
    const { removed, id } = environmentAsked(request) ?? {};
    await context.recordings.caughtUp(id ?? '');
    await waitUntil({ milliseconds, look, subscribe: bothOf(journal, context.events), request, closing, removed });
    // The environment may have been removed meanwhile: then this is a 404.
    environmentAsked(request);
    return journal.list(filter);
  };

  const list = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await find(request);
    const { limit } = readBy(querystring, request.query);
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

  for (const prefix of ['', environmentPath]) {
    const listing = { schema: { summary: 'Requests with their responses, oldest first', querystring, answers: listed } };
    app.get(`${prefix}/requests`, listing, list);
    app.get(`${prefix}/requests/count`, { schema: { summary: 'Count requests', querystring, answers: counted } }, count);
    app.delete(`${prefix}/requests`, { schema: { summary: 'Delete the recorded requests' } }, clear);
  }
};
