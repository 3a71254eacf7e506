import { resetEnvironment, resetServer } from '../configuration/baseline.js';
import type { App, Context } from '../environment/context.js';
import { empty } from './answer-schemas.js';
import { environmentOfPath } from './paths.js';
import { nothing } from './validation.js';

/** Back to the seed. */
export const reset = (app: App, context: Context): void => {
  app.post(
    '/reset',
    { schema: { summary: 'Back to the seed with the whole server', body: nothing, answers: empty } },
    async (_request, reply) => {
      await resetServer(context);
      return reply.code(204).send();
    },
  );
  app.post(
    '/environments/:environmentId/reset',
    { schema: { summary: 'Back to the seed with one environment', body: nothing, answers: empty } },
    async (request, reply) => {
      await resetEnvironment(context, environmentOfPath(context, request));
      return reply.code(204).send();
    },
  );
};
