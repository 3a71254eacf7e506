import { type Endpoint, environmentOf } from '../environment/context.js';
import { sendJson } from '../http/answers.js';

/** The keys that sign an environment's tokens (RFC 7517 §5; docs/fidelity.md, 6.5). */
export const jwks: Endpoint = (app, context) => {
  app.get('/jwks', (request, reply) => {
    const { keys } = environmentOf(context, request);
    return sendJson(reply, keys.jwks());
  });
};
