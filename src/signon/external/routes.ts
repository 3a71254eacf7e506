import type { FastifyError } from 'fastify';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import type { Endpoint } from '../../environment/context.js';
import { sendPingOneError, sendRedirect } from '../../http/answers.js';
import { refusalOf } from '../../http/refusals.js';
import { textMember } from '../../lib/unknown.js';
import type { PingOneError } from '../../pingone/pingone-error.js';
import { signOnPage } from '../sign-on-page.js';
import { authenticate } from './authenticate.js';
import { callback } from './callback.js';
import { someoneElse } from './someone-else.js';

/**
 * Sign-on at external identity providers, under /{environmentId}/rp (docs/fidelity.md, 7.8). Only browsers come here, so
 * refusals are shown on the sign-on page.
 */
export const externalSignOn: Endpoint = (app, context) => {
  app.setErrorHandler(async (error: FastifyError | PingOneError, request, reply) => {
    const refused = refusalOf(error);
    if (!refused || refused.status >= 500) throw error;
    recordRefusal(context, request, reply, refused);
    const environment = context.environments.get(textMember(request.params, 'environmentId') ?? '');
    if (!environment) return sendPingOneError(request, reply, refused);
    const baseUrl = context.baseUrl(request, environment);
    return sendRedirect(reply, signOnPage(environment, undefined, { baseUrl, error: JSON.stringify(refused.envelope(request.id)) }));
  });
  for (const endpoint of [authenticate, callback, someoneElse]) endpoint(app, context);
};
