import { collectSeed } from '../configuration/seed/collect.js';
import { seedSchema } from '../configuration/seed/schema.js';
import type { App, Context } from '../environment/context.js';
import { ownRequestHeader } from '../environment/journal/exchange.js';
import { injectOwnReading } from '../environment/public-urls.js';
import { sendJson } from '../http/answers.js';
import { shows } from './answer-schemas.js';
import { environmentOfPath, environmentPath, environmentUnknown } from './paths.js';

/** Exports an environment as a seed that starts another mock with the same contents, passwords and secrets included. */
export const seedExport = (app: App, context: Context): void => {
  app.get(
    `${environmentPath}/seed`,
    { schema: { summary: 'Export the environment as a seed', answers: shows(seedSchema) } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      /** An environment is exported completely or not at all. */
      const requireThere = () => {
        if (context.environments.get(environment.id) !== environment) throw environmentUnknown(context, environment.id);
      };
      const under = injectOwnReading(context.origin(request));
      const read = async (path: string) => {
        const answer = await app.wholeServer.inject({ url: `/v1${path}`, headers: { [ownRequestHeader]: 'seed' }, ...under });
        requireThere();
        return answer.statusCode === 200 ? (answer.json() as Record<string, unknown>) : undefined;
      };
      const text = async (path: string, accept: string) => {
        const answer = await app.wholeServer.inject({ url: `/v1${path}`, headers: { [ownRequestHeader]: 'seed', accept }, ...under });
        return answer.statusCode === 200 ? answer.payload : undefined;
      };
      const image = async (href: string) => {
        const { pathname, origin } = new URL(href);
        const answer = await app.wholeServer.inject({
          url: pathname,
          headers: { [ownRequestHeader]: 'seed' },
          ...injectOwnReading(origin),
        });
        return answer.statusCode === 200 ? answer.rawPayload : undefined;
      };
      const collected = await collectSeed({ read, text, image }, { environmentId: environment.id, users: true, secrets: true });
      const [environmentSeed] = collected.environments;
      for (const user of environmentSeed?.users ?? []) {
        const password = await environment.store.passwords.get(user.id);
        if (password)
          Object.assign(user, { password: password.forceChange ? { value: password.value, forceChange: true } : password.value });
      }
      // The API hides the secrets of workers with roles in other environments.
      for (const application of environmentSeed?.applications ?? [])
        Object.assign(application, { secret: (await environment.store.secrets.get(application.id))?.secret });
      requireThere();
      return sendJson(reply, JSON.stringify(collected, null, 2));
    },
  );
};
