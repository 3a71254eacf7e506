import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, string } from '../lib/schema/types.js';
import { shows } from './answer-schemas.js';
import { environmentContents } from './environment-summary.js';
import { environmentOfPath, environmentPath } from './paths.js';

const postmanEnvironment = object({
  id: string,
  name: string,
  values: array(object({ key: string, value: string, type: oneOf('default', 'secret'), enabled: boolean })),
  _postman_variable_scope: oneOf('environment'),
});

/**
 * An environment for Postman, with the variable names of PingOne's collections. The admin variables are those of the first
 * worker application, and empty where there is none or secrets are hidden.
 */
export const postman = (app: App, context: Context): void => {
  app.get(
    `${environmentPath}/postman`,
    { schema: { summary: 'A Postman environment for the collections of PingOne', answers: shows(postmanEnvironment) } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { applications } = await environmentContents(context, request, environment);
      const workers = applications.filter(({ type }) => type === 'WORKER');
      const worker = workers.find(({ secret }) => secret !== undefined) ?? workers[0];
      const origin = context.origin(request);
      const variable = (key: string, value = '') => ({ key, value, type: key.endsWith('Secret') ? 'secret' : 'default', enabled: true });
      return sendJson(reply, {
        id: environment.id,
        name: `pingone-mock: ${environment.record.name}`,
        values: [
          variable('tld', 'com'),
          variable('authPath', origin),
          variable('apiPath', `${origin}/v1`),
          variable('adminEnvID', environment.id),
          variable('adminAppID', worker?.id),
          variable('adminAppSecret', worker?.secret),
          variable('envID', environment.id),
        ],
        _postman_variable_scope: 'environment',
      });
    },
  );
};
