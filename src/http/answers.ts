import type { FastifyReply, FastifyRequest } from 'fastify';
import { asciiAddress } from '../lib/ascii-address.js';
import type { PingOneError } from '../pingone/errors.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { halJson, managementType } from '../pingone/media-types.js';
import { requestFailed } from '../pingone/pingone-error.js';
import { prettyJson } from '../pingone/pretty-json.js';
import { hasInertScheme } from '../protocol/redirect-uri.js';

/** Keeps the framework from adding a charset to the content type: PingOne sends none (docs/fidelity.md, clients). */
export const asItIs = (text: unknown): string => text as string;

/** Answers like OAuth and OpenID Connect endpoints: plain `application/json`. A string is already JSON. */
export const sendJson = (reply: FastifyReply, body: object | string): FastifyReply =>
  reply
    .header('content-type', 'application/json')
    .serializer(asItIs)
    .send(typeof body === 'string' ? body : JSON.stringify(body));

/** Whether a URL is one of the management API. */
export const isManagement = (url: string): boolean => /^\/v1(?=[/?]|$)/.test(url);

/** The content type of PingOne's own answers, for a request: only the management API negotiates it. */
export const ownType = ({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): string =>
  isManagement(url) ? managementType(headers.accept) : halJson;

/** Answers like PingOne's own APIs: HAL, indented. */
export const sendHal = (reply: FastifyReply, body: object): FastifyReply => reply.header('content-type', halJson).send(prettyJson(body));

/**
 * Sends the browser to an address, whatever characters it was registered with. Only this function writes a Location for a
 * browser. An address that a browser would run or show, which only a hand-edited data folder has, is refused.
 */
export function sendRedirect(reply: FastifyReply, address: string, status: 302 | 303 | 307 = 302): FastifyReply {
  if (hasInertScheme(address))
    throw requestFailed({ code: 'INVALID_VALUE', message: texts.inertAddress.text(address.split(':', 1)[0] as string) });
  return reply.code(status).header('location', asciiAddress(address)).send();
}

/** Refuses in PingOne's own format. */
export const sendPingOneError = (request: FastifyRequest, reply: FastifyReply, error: PingOneError): FastifyReply => {
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  return sendHal(reply.code(error.status), error.envelope(request.id));
};
