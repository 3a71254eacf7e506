import { createHash } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { reportFailure } from '../../diagnosis/failure.js';
import type { App } from '../../environment/context.js';
import { refusalOf } from '../../http/refusals.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { halJson } from '../../pingone/media-types.js';
import { productNotOffered } from '../../pingone/not-offered.js';
import { type PingOneError, unexpected } from '../../pingone/pingone-error.js';

/** Writes the headers that every answer of this API has; server/cors.ts adds those for other origins. */
export function writeHeaders(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('content-type', halJson).header('x-amzn-requestid', request.id);
    done();
  });
}

/** Collects the paths of the routes to come; the function that it returns has them answer OPTIONS. */
export function answerOptions(app: App): () => void {
  const paths = new Set<string>();
  app.addHook('onRoute', ({ routePath }) => void paths.add(routePath));
  return () => {
    for (const path of [...paths]) app.options(path, (_request, reply) => reply.removeHeader('content-type').code(200).send());
  };
}

/** Why the management API refuses a request, for the header: it has no transaction that could say more. */
function diagnosisOf({ code, details: [detail], message }: PingOneError): string {
  const { code: detailCode = code, target } = detail ?? {};
  const reason = message.replaceAll(/[^\x20\x21\x23-\x7e]/g, '?').slice(0, 300);
  const about = target === undefined ? [] : [`target=${target.replaceAll(/[^\w.[\]/-]/g, '?').slice(0, 100)}`];
  return [detailCode.toLowerCase(), 'confidence=exact', ...about, `reason="${reason}"`].join('; ');
}

/** Writes every refusal of the management API. */
export function answerRefusals(error: FastifyError | PingOneError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = refusalOf(error) ?? unexpected(error.message);
  if (refused.status >= 500) reportFailure(request, reply, error);
  else {
    const { status, message } = refused;
    request.log.info(
      { event: 'request', ok: false, url: request.url, status, reason: message },
      `${status} ${request.method} ${request.url}: ${message}`,
    );
    reply.header('x-mock-diagnosis', diagnosisOf(refused));
  }
  if (refused.retryAfterSeconds !== undefined) reply.header('retry-after', String(refused.retryAfterSeconds));
  // RFC 6750 §3.
  if (refused.status === 401) reply.header('www-authenticate', refused.details.length > 0 ? 'Bearer error="invalid_token"' : 'Bearer');
  return reply.code(refused.status).header('content-type', halJson).send(refused.envelope(request.id));
}

/**
 * 201, with the address of the new item. Returns the body, for the handler to return: where a handler returns its reply, Fastify waits
 * for it with listeners on the response.
 */
export function created<T extends { _links: Readonly<Record<string, { href: string }>> }>(reply: FastifyReply, body: T): T {
  reply.code(201).header('location', body._links.self?.href);
  return body;
}

/** 204: done, without a body. */
export const done = (reply: FastifyReply): FastifyReply => reply.removeHeader('content-type').code(204).send();

/** Says that nothing is at the address, or which product is left out: PingOne's answer alone looks like a missing role. */
function diagnoseUnrouted({ method, url, log }: FastifyRequest, reply: FastifyReply): void {
  const path = url.split('?', 1)[0] as string;
  const product = productNotOffered(method, path);
  if (product === undefined) {
    // Only possible: the list of what the mock leaves out may lack something.
    if (!reply.hasHeader('x-mock-diagnosis'))
      reply.header(
        'x-mock-diagnosis',
        'path_unknown; confidence=possible; reason="the mock has no such method and path, and knows of none at PingOne"',
      );
    return;
  }
  log.warn({ event: 'request', ok: false, diagnosis: 'not_offered', method, path }, `${product}: not offered by the mock`);
  reply.header('x-mock-diagnosis', `not_offered; confidence=exact; not offered by the mock: ${product}`);
}

/**
 * An unknown method or path never reaches PingOne: its gateway answers in a format of its own, and mistakes a Bearer
 * token for a malformed signature (docs/fidelity.md, management 2.7).
 */
export function answerUnroutedV1(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { authorization } = request.headers;
  const message =
    authorization === undefined
      ? texts.missingToken.text
      : texts.notSigned.text(createHash('sha256').update(authorization).digest('base64'));
  diagnoseUnrouted(request, reply);
  return reply.code(403).header('content-type', 'application/json').send(JSON.stringify({ message }));
}
