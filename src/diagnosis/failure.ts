import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteFailure } from '../environment/store/write-failure.js';
import { type Diagnosis, diagnosisHeader } from '../protocol/mistakes/index.js';

/** Why a request could not be kept: not the client's mistake, nor a bug. */
export const diagnoseWriteFailure = ({ reason, message }: WriteFailure): Diagnosis => ({
  code: reason.replaceAll(' ', '_').replaceAll('-', '_'),
  title: `The data folder refused a write: ${reason}`,
  why: `${message}. Nothing of this request was kept.`,
  fix: 'Mend what the message names and send the request again: the server tries to write by itself, and /readyz answers 200 once it can.',
  confidence: 'exact',
});

/** Logs why a request is answered with 500: the data folder that refused a write, or a bug. */
export function reportFailure(request: FastifyRequest, reply: FastifyReply, error: Error): void {
  const { url } = request;
  if (!(error instanceof WriteFailure)) {
    request.log.error({ error, url }, 'bug in pingone-mock: please report it');
    return;
  }
  const diagnosis = diagnoseWriteFailure(error);
  request.log.error({ event: 'storage', diagnosis: diagnosis.code, url }, diagnosis.why);
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, '/readyz'));
}
