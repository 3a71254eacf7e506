import { warnOfScopes } from '../../diagnosis/warnings.js';
import type { Endpoint } from '../../environment/context.js';
import { recordAndAssert } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { words } from '../../protocol/authorization-request.js';
import { decideByAll } from '../../protocol/check.js';
import { startDeviceAuthorization } from '../../signon/decoupled/device-authorization.js';
import { deviceAuthorizationBody } from '../../signon/decoupled/device-body.js';
import { checkGrant, clientMembers, readClientRequest } from '../client/form-request.js';
import { grantedScopes, resolveScopes } from '../tokens/scopes.js';

const deviceAuthorizationRequest = object({}, { ...clientMembers, scope: string });
const deviceAuthorizationAnswer = object({
  device_code: secret(string),
  user_code: secret(string),
  verification_uri_complete: secret(string),
});

/** Device authorization (RFC 8628 §3.1; docs/fidelity.md, 7.6). */
export const deviceAuthorization: Endpoint = (app, context) => {
  const config = { parameters: deviceAuthorizationRequest, answer: deviceAuthorizationAnswer };
  app.post('/device_authorization', { config }, async (request, reply) => {
    const { environment, baseUrl, form, application, client, begin } = await readClientRequest(context, request, {
      schema: deviceAuthorizationRequest,
      endpoint: 'device_authorization',
    });
    const transaction = begin();
    const granted = await grantedScopes(environment, application.id);
    const several = application.requestScopesForMultipleResourcesEnabled === true;
    const { scopes, checks } = resolveScopes(granted, words(form.scope), several);
    const decision = decideByAll([checkGrant(client, 'urn:ietf:params:oauth:grant-type:device_code'), ...checks]);
    const step = { kind: 'authorize', title: 'Device authorization', exchange: request.exchange } as const;
    recordAndAssert(environment, transaction, step, decision);
    const { exchange } = request;
    await warnOfScopes(environment, transaction, { asked: words(form.scope), granted: scopes, application: application.name, exchange });
    const device = await startDeviceAuthorization(environment, { application, scopes, transaction });
    return sendJson(reply, deviceAuthorizationBody(device, application, baseUrl));
  });
};
