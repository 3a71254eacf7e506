import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from '../http/answers.js';
import { PingOneError } from '../pingone/errors.js';

/** Refused by the control API: what is wrong, and what to do about it, for the person who wrote the test. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fix?: string,
  ) {
    super(message);
  }
}

const codes: Readonly<Record<number, string>> = { 400: 'body_unreadable', 413: 'body_too_large', 415: 'json_only' };

function toControlError(error: FastifyError | Error): ControlError | undefined {
  if (error instanceof ControlError) return error;
  if (error instanceof PingOneError) {
    const [detail] = error.details;
    const place = detail?.target === undefined ? '' : `${detail.target}: `;
    return new ControlError(error.status, error.code.toLowerCase(), `${place}${detail?.message ?? error.text}`, error.reason);
  }
  const { statusCode = 500 } = error as FastifyError;
  return statusCode < 500 ? new ControlError(statusCode, codes[statusCode] ?? 'refused', error.message) : undefined;
}

/** The one place where the control API's errors are written. */
export function answerControlError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = toControlError(error);
  if (!refused) request.log.error({ error, url: request.url }, 'bug in pingone-mock: please report it');
  const { status, code, message, fix } = refused ?? new ControlError(500, 'fault_of_the_mock', error.message, 'please report it');
  return sendJson(reply.code(status), { error: { code, message, ...(fix !== undefined && { fix }) } });
}
