import { shows } from '../control/answer-schemas.js';
import { searchFields } from '../control/transaction-search.js';
import { caughtUp, environmentsOf, findAll, searchText } from '../control/transactions.js';
import type { Endpoint } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, object, readBy, string } from '../lib/schema/types.js';

const querystring = object({}, { search: searchText });

/** The ids of the transactions that fit a search: the page has most of them already, and asks again at each letter. */
export const search: Endpoint = (app, context) => {
  const schema = {
    summary: 'Ids of the transactions that fit a search, newest first',
    querystring,
    answers: shows(object({ ids: array(string), fields: array(string) })),
  };
  app.get('/search', { schema }, async (request, reply) => {
    await caughtUp(context, request, readBy(querystring, request.query));
    const found = findAll(environmentsOf(context, request), readBy(querystring, request.query));
    return sendJson(reply, { ids: found.map(({ transaction }) => transaction.id), fields: searchFields });
  });
};
