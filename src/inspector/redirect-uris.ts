import { mostListed } from '../configuration/applications/schema.js';
import { isAbsoluteUri } from '../configuration/applications/uris.js';
import { shows, texts } from '../control/answer-schemas.js';
import { ControlError, valueRefused } from '../control/control-error.js';
import { environmentOfPath, environmentPath } from '../control/paths.js';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';

const body = object({ redirect_uri: string });
const answers = shows(object({ redirect_uris: texts }));

/** Adds a redirect URI to an application: some client libraries have a fixed one. */
export const redirectUris = (app: App, context: Context): void => {
  const path = `${environmentPath}/applications/:applicationId/redirect-uris`;
  app.post(path, { schema: { summary: 'Register another redirect URI', body, answers } }, async (request, reply) => {
    const { store } = environmentOfPath(context, request);
    const applicationId = textMember(request.params, 'applicationId') ?? '';
    const { redirect_uri: uri } = request.body;
    const application = await store.applications.get(applicationId.toLowerCase());
    if (!application)
      throw new ControlError(404, 'application_unknown', `there is no application ${JSON.stringify(applicationId)} in this environment`);
    if (!isAbsoluteUri(uri) || uri.includes('*') || uri.includes('#'))
      throw valueRefused('redirect_uri: expected an absolute URI without * and #');
    const registered = [...new Set([...(application.redirectUris ?? []), uri])];
    if (registered.length > mostListed)
      throw valueRefused(`redirect_uri: the application has ${mostListed} redirect URIs already, which is the most that it can have`);
    await store.applications.put({ ...application, redirectUris: registered });
    return sendJson(reply, { redirect_uris: registered });
  });
};
