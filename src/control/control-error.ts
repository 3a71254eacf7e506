import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { diagnoseUnavailable, diagnoseWriteFailure, reportFailure } from '../diagnosis/failure.js';
import { EnvironmentClash } from '../environment/environment-clash.js';
import { StoreUnavailable } from '../environment/shared/errors.js';
import { WriteFailure } from '../environment/store/write-failure.js';
import { sendJson } from '../http/answers.js';
import { refusalOf } from '../http/refusals.js';
import type { PingOneError } from '../pingone/pingone-error.js';

/** An error of the control API: what is wrong, and how the author of the test can fix it. */
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

/** 400: a value of the right type that cannot be used. */
export const valueRefused = (message: string, fix?: string): ControlError => new ControlError(400, 'value_refused', message, fix);

const codes: Readonly<Record<number, string>> = { 400: 'body_unreadable', 413: 'body_too_large', 415: 'json_only' };

function toControlError(error: FastifyError | Error): ControlError | undefined {
  if (error instanceof ControlError) return error;
  if (error instanceof EnvironmentClash)
    return error.reason === 'exists'
      ? new ControlError(409, 'environment_exists', error.message, 'omit the id, or delete that environment first')
      : new ControlError(409, 'environment_removed', error.message, 'send it again');
  if (error instanceof WriteFailure) {
    const { code, why, fix } = diagnoseWriteFailure(error);
    return new ControlError(500, code, why, fix);
  }
  if (error instanceof StoreUnavailable) {
    const { code, why, fix } = diagnoseUnavailable(error);
    return new ControlError(503, code, why, fix);
  }
  const refused = refusalOf(error as FastifyError | PingOneError);
  if (!refused) return undefined;
  const { status, code, details, text, reason } = refused;
  if (refused !== error) return new ControlError(status, codes[status] ?? 'refused', error.message);
  const [detail] = details;
  const place = detail?.target === undefined ? '' : `${detail.target}: `;
  return new ControlError(status, code.toLowerCase(), `${place}${detail?.message ?? text}`, reason);
}

/** The error handler of the control API and of the inspector: `{ error: { code, message, fix } }`. */
export function answerControlError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toControlError(error);
  if (!known || error instanceof WriteFailure || error instanceof StoreUnavailable) reportFailure(request, reply, error);
  const { status, code, message, fix } = known ?? new ControlError(500, 'fault_of_the_mock', error.message, 'please report it');
  return sendJson(reply.code(status), { error: { code, message, ...(fix !== undefined && { fix }) } });
}
