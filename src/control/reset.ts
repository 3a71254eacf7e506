import { resetEnvironment, resetServer } from '../configuration/baseline.js';
import type { App, Context } from '../environment/context.js';
import { object } from '../lib/schema/types.js';
import { noContent } from './answer-schemas.js';
import { environmentOfPath, environmentPath } from './paths.js';

/** Resets the server, or one environment, to its seed. */
export const reset = (app: App, context: Context): void => {
  app.post(
    '/reset',
    { schema: { summary: 'Reset the whole server to its seed', body: object({}), answers: noContent } },
    async (_request, reply) => {
      await resetServer(context);
      return reply.code(204).send();
    },
  );
  app.post(
    `${environmentPath}/reset`,
    { schema: { summary: 'Reset one environment to its seed', body: object({}), answers: noContent } },
    async (request, reply) => {
      await resetEnvironment(context, environmentOfPath(context, request));
      return reply.code(204).send();
    },
  );
};
