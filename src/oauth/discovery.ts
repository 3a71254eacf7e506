import { type Endpoint, environmentOf } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { createRecent } from '../lib/collections/recent.js';
import { discoveryDocument } from './discovery-document.js';

/** Host headers come from clients and must not fill the memory. */
const rememberedNames = 64;

/** The discovery document (OpenID Connect Discovery §4), cached for each host name. */
export const discovery: Endpoint = (app, context) => {
  const documents = createRecent<string>(rememberedNames);
  // Mostly the same again: strings that are the same object are compared at once.
  let last = { base: '', backChannelBase: '', document: '' };
  app.get('/.well-known/openid-configuration', (request, reply) => {
    const environment = environmentOf(context, request);
    const base = context.baseUrl(request, environment);
    const backChannelBase = context.backChannelUrl(request, environment);
    if (last.base === base && last.backChannelBase === backChannelBase) return sendJson(reply, last.document);
    const [issuer, backChannel] = [`${base}/as`, `${backChannelBase}/as`];
    const name = `${issuer} ${backChannel}`;
    let document = documents.get(name);
    if (document === undefined) {
      document = JSON.stringify(discoveryDocument(issuer, backChannel));
      documents.set(name, document);
    }
    last = { base, backChannelBase, document };
    return sendJson(reply, document);
  });
};
