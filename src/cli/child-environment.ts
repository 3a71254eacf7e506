import { variablesOf } from '../library/variables.js';
import type { RunningServer } from '../server/start.js';

/** The variables for a child process: the same as the library's `mock.env`. */
export async function childEnvironment(server: RunningServer): Promise<Record<string, string>> {
  const { url, environmentId: id, issuer, discovery, context } = server;
  const store = context.environments.get(id)?.store;
  const applications = await Promise.all(
    server.applications.map(async (application) => {
      const { tokenEndpointAuthMethod } = (await store?.applications.get(application.id)) ?? {};
      // PingOne keeps a secret for a public client too, but refuses the client if it sends it.
      return tokenEndpointAuthMethod === 'NONE' ? application : { ...application, ...(await store?.secrets.get(application.id)) };
    }),
  );
  return variablesOf(url, { id, issuer, discovery, applications, users: [] });
}
