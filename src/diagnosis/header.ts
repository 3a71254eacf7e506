import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import { transactionUrl } from '../environment/journal/transaction-url.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { failed } from '../protocol/check.js';
import { type Diagnosis, diagnosisHeader } from '../protocol/mistakes/index.js';
import { diagnoseCheck, isExpectedByClient } from './transaction.js';

/** Why this answer refuses; undefined where it does not. */
function diagnosisOf(environment: Environment, transaction: Transaction, reply: FastifyReply): Diagnosis | undefined {
  const step = transaction.steps.at(-1);
  if (step?.ok === false) return transaction.diagnosis;
  // Refused, but nothing has failed yet: a wrong password, a poll that comes too early.
  const refused = reply.statusCode >= 400 || /[?&#]error=/.test(String(reply.getHeader('location') ?? ''));
  const check = step?.ok === null && refused ? failed(step.checks) : undefined;
  return check && !isExpectedByClient(check) ? diagnoseCheck(environment, transaction, check) : undefined;
}

/** Puts the diagnosis on an answer that refuses. What is refused was found out before: this changes nothing else. */
export function setDiagnosisHeader({ environments }: Context, { exchange }: FastifyRequest, reply: FastifyReply): void {
  if (exchange.transactionId === undefined) return;
  const environment = environments.get(exchange.environmentId ?? '');
  const transaction = environment?.transactions.get(exchange.transactionId);
  if (!environment || !transaction) return;
  const diagnosis = diagnosisOf(environment, transaction, reply);
  if (diagnosis) reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, transactionUrl(transaction)));
}
