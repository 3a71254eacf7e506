import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.js';
import { diagnosisHeader } from './core/diagnosis/index.js';
import { transactionUrl } from './domain/diagnose.js';

/** Puts the diagnosis on an answer that refuses. What is refused was found out before: this changes nothing else. */
export function tellDiagnosis({ environments }: Context, { exchange }: FastifyRequest, reply: FastifyReply): void {
  if (exchange.transactionId === undefined) return;
  const transaction = environments.get(exchange.environmentId ?? '')?.transactions.get(exchange.transactionId);
  if (transaction?.diagnosis && transaction.steps.at(-1)?.ok === false)
    reply.header('x-mock-diagnosis', diagnosisHeader(transaction.diagnosis, transactionUrl(transaction)));
}
