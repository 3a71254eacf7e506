import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, integer, object, string } from '../lib/schema/types.js';
import { tryExpression, UnknownInTrial } from '../oauth/tokens/try-expression.js';
import { shows } from './answer-schemas.js';
import { valueRefused } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';

const body = object({ expression: string }, { user: string, client_id: string, request: { type: 'object' } as const });

const answers = shows(
  object({ parts: array(object({ part: string }, { value: {} })) }, { value: {}, error: object({ message: string, at: integer }) }),
);

/** Tries an expression of an attribute mapping, with the value of each of its parts. Changes nothing. */
export const expressions = (app: App, context: Context): void => {
  app.post(
    `${environmentPath}/expression`,
    { schema: { summary: 'Evaluate an expression, and show each part', body, answers } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { expression, user, client_id: client, request: asked } = request.body;
      try {
        return await sendJson(reply, await tryExpression(environment, { expression, user, client, request: asked }));
      } catch (error) {
        if (error instanceof UnknownInTrial) throw valueRefused(error.message);
        throw error;
      }
    },
  );
};
