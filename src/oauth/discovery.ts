import { type Endpoint, environmentOf } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { createRecent } from '../lib/collections/recent.js';
import { discoveryDocument } from './discovery-document.js';

/** Host headers come from clients and must not fill the memory. */
const rememberedNames = 64;

/** The discovery document (OpenID Connect Discovery §4), cached for each host name. */
export const discovery: Endpoint = (app, context) => {
  const documents = createRecent<string>(rememberedNames);
  app.get('/.well-known/openid-configuration', (request, reply) => {
    const environment = environmentOf(context, request);
    const issuer = `${context.baseUrl(request, environment)}/as`;
    const backChannel = `${context.backChannelUrl(request, environment)}/as`;
    const name = `${issuer} ${backChannel}`;
    let document = documents.get(name);
    if (document === undefined) {
      document = JSON.stringify(discoveryDocument(issuer, backChannel));
      documents.set(name, document);
    }
    return sendJson(reply, document);
  });
};
