import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import { answered, type Transaction } from '../environment/journal/transactions.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, type Infer, integer, object, oneOf, readBy, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { shows, transactionSchema, transactionStateSchema } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentNamed, environmentPath } from './paths.js';
import { stateOf, type TransactionBody, transactionBody } from './transaction-body.js';
import { fitsSearch, parseSearch, type SearchTerm, searchableOf } from './transaction-search.js';
import { transactionsCsv } from './transactions-csv.js';
import { readWait, waitUntil } from './wait.js';

/** A search of `transaction-search.ts`. */
export const searchText = { type: 'string', maxLength: 1000 } as const;

const querystring = object(
  {},
  {
    id: string,
    correlationId: string,
    state: transactionStateSchema,
    app: string,
    user: string,
    error: string,
    environment: string,
    search: searchText,
    wait: string,
    format: oneOf('json', 'csv'),
    limit: integer,
  },
);

const oneQuery = object({}, { whole: boolean });

const listed = {
  200: { 'application/json': object({ transactions: array(transactionSchema), lastEventId: integer }), 'text/csv': string },
};

type TransactionQuery = Infer<typeof querystring>;

const fits = ({ environment, transaction }: Found, { id, correlationId, state, app, user, error }: TransactionQuery): boolean =>
  (id === undefined || transaction.id === id) &&
  (correlationId === undefined || answered(transaction, correlationId.toLowerCase())) &&
  (state === undefined || stateOf(transaction, environment.clock.now()) === state) &&
  (app === undefined || transaction.application?.id === app || transaction.application?.name === app) &&
  (user === undefined || transaction.user === user) &&
  (error === undefined || transaction.error?.includes(error) === true || transaction.diagnosis?.code === error);

const isFound = (terms: readonly SearchTerm[], { environment, transaction }: Found): boolean => {
  const around = { state: stateOf(transaction, environment.clock.now()), environmentName: environment.record?.name };
  return fitsSearch(terms, searchableOf(transaction, around));
};

/** An environment, or the transactions that belong to none. */
type Source = Pick<Environment, 'transactions' | 'clock'> & Partial<Pick<Environment, 'removed' | 'record'>>;

interface Found {
  readonly environment: Source;
  readonly transaction: Transaction;
}

/** The environment that the path or the query names; else all of them, and the transactions that belong to none. */
export function environmentsOf(context: Context, request: FastifyRequest, { environment }: TransactionQuery = {}): Source[] {
  const name = textMember(request.params, 'environmentId') ?? environment;
  if (name !== undefined) return [environmentNamed(context, name)];
  return [...context.environments.list(), { transactions: context.unmatched, clock: context.clock }];
}

/** Waits until what any replica has recorded there is here. */
export async function caughtUp(context: Context, request: FastifyRequest, { environment }: TransactionQuery = {}): Promise<void> {
  const name = textMember(request.params, 'environmentId') ?? environment;
  await context.recordings.caughtUp(name === undefined ? undefined : environmentNamed(context, name).id);
}

/** Newest first. */
export function findAll(environments: readonly Source[], query: TransactionQuery): Found[] {
  const terms = parseSearch(query.search ?? '');
  return environments
    .flatMap((environment) => environment.transactions.list().map((transaction) => ({ environment, transaction })))
    .filter((found) => fits(found, query) && (terms.length === 0 || isFound(terms, found)))
    .reverse()
    .sort((one, other) => other.transaction.startedAt - one.transaction.startedAt)
    .slice(0, query.limit);
}

/** Whether all of its responses have been sent, so that a client that waits gets the complete transaction. */
const isAnswered = ({ transaction }: Found): boolean =>
  transaction.steps.every(({ exchange }) => !exchange || exchange.answer !== undefined);

/** Transactions: each sign-on and each token request, step by step. */
export const transactions = (app: App, context: Context, closing: AbortSignal): void => {
  const show = ({ environment, transaction }: Found, whole = false): TransactionBody =>
    transactionBody(transaction, { now: environment.clock.now(), hideSecrets: context.settings.hideSecrets, whole });

  const list = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = readBy(querystring, request.query);
    const environments = environmentsOf(context, request, asked);
    await caughtUp(context, request, asked);
    const look = () => {
      const found = findAll(environments, asked).filter(isAnswered);
      return found.length > 0 ? found : undefined;
    };
    const milliseconds = readWait(asked.wait);
    const { subscribe } = context.events;
    const found =
      milliseconds === 0
        ? findAll(environments, asked)
        : await waitUntil({
            milliseconds,
            look,
            subscribe,
            request,
            closing,
            removed: environments.length === 1 ? environments[0]?.removed : undefined,
          });
    // The environment may have been removed meanwhile: then this is a 404.
    environmentsOf(context, request, asked);
    const shown = (found ?? []).map((each) => show(each));
    if (asked.format === 'csv')
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="transactions.csv"')
        .send(transactionsCsv(shown));
    return sendJson(reply, { transactions: shown, lastEventId: context.events.lastNumber });
  };

  const one = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const transactionId = textMember(request.params, 'transactionId') ?? '';
    const { whole } = readBy(oneQuery, request.query);
    await caughtUp(context, request);
    for (const environment of environmentsOf(context, request)) {
      const transaction = environment.transactions.get(transactionId);
      if (transaction) return sendJson(reply, show({ environment, transaction }, whole));
    }
    throw new ControlError(
      404,
      'transaction_unknown',
      `there is no transaction ${JSON.stringify(transactionId)}`,
      'each environment keeps its newest 500: GET /__mock/v1/transactions lists them',
    );
  };

  const clear = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    for (const environment of environmentsOf(context, request)) environment.transactions.clear();
    return reply.code(204).send();
  };

  for (const prefix of ['', environmentPath]) {
    app.get(`${prefix}/transactions`, { schema: { summary: 'Transactions, newest first', querystring, answers: listed } }, list);
    app.get(
      `${prefix}/transactions/:transactionId`,
      { schema: { summary: 'One transaction, cut to 20 kB, or whole', querystring: oneQuery, answers: shows(transactionSchema) } },
      one,
    );
    app.delete(`${prefix}/transactions`, { schema: { summary: 'Delete the transactions' } }, clear);
  }
};
