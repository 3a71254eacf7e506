import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { managementTexts as texts } from '../../pingone/management-texts.js';

/**
 * A method or a path that is not routed never reaches PingOne: its gateway answers, in a form of its own, and takes a
 * Bearer token for a signature that it cannot read (docs/fidelity.md, management 2.7).
 */
export function answerUnrouted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { authorization } = request.headers;
  const message =
    authorization === undefined
      ? texts.missingToken.text
      : texts.notSigned.text(createHash('sha256').update(authorization).digest('base64'));
  return reply.code(403).header('content-type', 'application/json').send(JSON.stringify({ message }));
}
