/** What a transaction is called, how it ended, and its drawing. */
import { stateOf } from './explain.js';

/** The last part of an address, as a person names an endpoint. */
export const endOf = (url) => `/${url.split('?')[0].split('/').at(-1)}`;

/** The application's name, or else the first request. */
export const nameOf = ({ app, steps: [{ request } = {}] }) =>
  app?.name ?? (request ? `${request.method} ${endOf(request.url)}` : 'unknown');

/** The outcome in one line. */
export const outcomeOf = (transaction) => {
  const { state, diagnosis, error, steps, theft, warnings } = transaction;
  const [, word] = stateOf(transaction);
  if (theft) return `${word}: ${theft.outcome}`;
  if (state === 'failed') return diagnosis?.title ?? error ?? word;
  if (state !== 'succeeded') return word;
  const done = steps.some(({ kind }) => kind === 'userinfo') ? 'Tokens issued and used' : word;
  return warnings ? `${done}, with a warning` : done;
};

/** The tokens that a transaction issued, by kind. Tokens that were cut are left out. */
export const tokensOf = ({ steps }) => {
  const body = steps.findLast(({ kind, response }) => kind === 'token' && response?.status === 200)?.response.body;
  try {
    const { id_token, access_token } = JSON.parse(body ?? '{}');
    return { 'ID token': id_token, 'Access token': access_token };
  } catch {
    return {};
  }
};

/** Draws a transaction. The code is loaded on first use, since pages that show it folded do not need it at first. */
export const drawTransaction = async (place, transaction) => (await import('./transaction-view.js')).drawTransaction(place, transaction);
