import type { FastifyReply } from 'fastify';
import type { Environment } from '../environment/context.js';
import { transactionUrl } from '../environment/journal/transaction-url.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { failed } from '../protocol/check.js';
import { type Diagnosis, diagnosisHeader } from '../protocol/mistakes/index.js';
import { diagnoseCheck, isExpectedByClient } from './transaction.js';

/** Why this answer refuses; undefined if it does not. */
function diagnosisOf(environment: Environment, transaction: Transaction, reply: FastifyReply): Diagnosis | undefined {
  const step = transaction.steps.at(-1);
  if (step?.ok === false) return transaction.diagnosis;
  const warning = transaction.warnings.findLast(({ requestId }) => requestId === reply.request.id);
  if (warning) return warning;
  // Refused, but nothing has failed yet: a wrong password, a poll that is too early.
  const refused = reply.statusCode >= 400 || /[?&#]error=/.test(String(reply.getHeader('location') ?? ''));
  const check = step?.ok === null && refused ? failed(step.checks) : undefined;
  return check && !isExpectedByClient(check) ? diagnoseCheck(environment, transaction, check) : undefined;
}

/**
 * Puts the diagnosis on an answer that refuses. If nothing has failed yet, the transaction keeps it until its next step,
 * because the page that the header links to shows it.
 */
export function setDiagnosisHeader(environment: Environment, transaction: Transaction, reply: FastifyReply): void {
  // The store failed, whatever the transaction had come to before.
  if (reply.statusCode >= 500 && reply.hasHeader('x-mock-diagnosis')) return;
  const diagnosis = diagnosisOf(environment, transaction, reply);
  if (!diagnosis) return;
  if (diagnosis.severity !== 'warning') transaction.diagnosis = diagnosis;
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, transactionUrl(transaction)));
}
