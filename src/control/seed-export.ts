import { collectSeed } from '../configuration/seed/collect.js';
import { seedSchema } from '../configuration/seed/schema.js';
import type { App, Context } from '../environment/context.js';
import { ownRequestHeader } from '../environment/journal/exchange.js';
import { injectUnder } from '../environment/public-urls.js';
import { sendJson } from '../http/answers.js';
import { makeManagementToken } from '../oauth/tokens/management-token.js';
import { shows } from './answer-schemas.js';
import { environmentOfPath, environmentPath } from './paths.js';

/** Exports an environment as a seed that starts another mock with the same contents, passwords and secrets included. */
export const seedExport = (app: App, context: Context): void => {
  app.get(
    `${environmentPath}/seed`,
    { schema: { summary: 'Export the environment as a seed', answers: shows(seedSchema) } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { token } = await makeManagementToken(environment, `${context.baseUrl(request, environment)}/as`);
      const headers = { authorization: `Bearer ${token}`, [ownRequestHeader]: 'seed' };
      const read = async (path: string) => {
        const answer = await app.inject({ url: `/v1${path}`, headers, ...injectUnder(context.origin(request)) });
        return answer.statusCode === 200 ? (answer.json() as Record<string, unknown>) : undefined;
      };
      const image = async (href: string) => {
        const answer = await app.inject({ url: new URL(href).pathname, headers, ...injectUnder(new URL(href).origin) });
        return answer.statusCode === 200 ? answer.rawPayload : undefined;
      };
      const collected = await collectSeed({ read, image }, { environmentId: environment.id, users: true, secrets: true });
      const [environmentSeed] = collected.environments;
      for (const user of environmentSeed?.users ?? []) {
        const password = await environment.store.passwords.get(user.id);
        if (password)
          Object.assign(user, { password: password.forceChange ? { value: password.value, forceChange: true } : password.value });
      }
      // The API hides a worker's own secret from that worker, and this reads with a worker's token.
      for (const application of environmentSeed?.applications ?? [])
        Object.assign(application, { secret: (await environment.store.secrets.get(application.id))?.secret });
      return sendJson(reply, JSON.stringify(collected, null, 2));
    },
  );
};
