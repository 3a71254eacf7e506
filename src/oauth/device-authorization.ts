import { sendJson } from '../answers.js';
import type { Endpoint } from '../context.js';
import { words } from '../core/authorization-request.js';
import { decide } from '../domain/decide.js';
import { startDeviceAuthorization } from '../domain/device-authorization.js';
import { grantedScopes, resolveScopes } from '../domain/scopes.js';
import { toClient } from '../pingone/application.js';
import { deviceAuthorizationBody } from '../pingone/device.js';
import { object, string } from '../schema.js';
import { checkGrant, clientMembers, formRoute, readClientRequest } from './form-request.js';

const deviceAuthorizationRequest = object({}, { ...clientMembers, scope: string });

/** Device authorization (RFC 8628 §3.1; docs/fidelity.md, 7.6). */
export const deviceAuthorization: Endpoint = (app, context) => {
  app.post('/device_authorization', formRoute(deviceAuthorizationRequest), async (request, reply) => {
    const { environment, baseUrl, form, application, begin } = await readClientRequest(context, request, {
      schema: deviceAuthorizationRequest,
      endpoint: 'device_authorization',
    });
    const transaction = begin();
    const granted = await grantedScopes(environment, application.id);
    const several = application.requestScopesForMultipleResourcesEnabled === true;
    const { scopes, checks } = resolveScopes(granted, words(form.scope), several);
    decide(environment, transaction, {
      kind: 'authorize',
      title: 'Device authorization',
      checks: [checkGrant(toClient(application), 'urn:ietf:params:oauth:grant-type:device_code'), ...checks],
      exchange: request.exchange,
    });
    const device = await startDeviceAuthorization(environment, { application, scopes, transaction });
    return sendJson(reply, deviceAuthorizationBody(device, application, baseUrl));
  });
};
