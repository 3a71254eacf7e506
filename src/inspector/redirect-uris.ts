import { isAbsoluteUri } from '../configuration/applications/uris.js';
import { shows, texts } from '../control/answer-schemas.js';
import { ControlError } from '../control/control-error.js';
import { environmentOfPath } from '../control/paths.js';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, string } from '../lib/schema/types.js';

const body = object({ redirect_uri: string });
const answers = shows(object({ redirect_uris: texts }));

/** Registers one more redirect URI of an application: what a client library has its own idea of. */
export const redirectUris = (app: App, context: Context): void => {
  const path = '/environments/:environmentId/applications/:applicationId/redirect-uris';
  app.post(path, { schema: { summary: 'Register one more redirect URI', body, answers } }, async (request, reply) => {
    const { store } = environmentOfPath(context, request);
    const { applicationId } = request.params as { applicationId: string };
    const { redirect_uri: uri } = request.body as { redirect_uri: string };
    const application = await store.applications.get(applicationId.toLowerCase());
    if (!application)
      throw new ControlError(404, 'application_unknown', `there is no application ${JSON.stringify(applicationId)} in this environment`);
    if (!isAbsoluteUri(uri) || uri.includes('*') || uri.includes('#'))
      throw new ControlError(400, 'value_refused', 'redirect_uri: expected an absolute URI without * and #');
    const registered = [...new Set([...(application.redirectUris ?? []), uri])];
    await store.applications.put({ ...application, redirectUris: registered });
    return sendJson(reply, { redirect_uris: registered });
  });
};
