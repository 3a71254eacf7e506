import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.js';
import { failed } from './core/check.js';
import { type Diagnosis, diagnoseRule, diagnosisHeader } from './core/diagnosis/index.js';
import { transactionUrl } from './domain/diagnose.js';
import type { Transaction } from './journal/transactions.js';

/** Why this answer refuses; undefined where it does not. */
function diagnosisOf({ diagnosis, steps }: Transaction, status: number): Diagnosis | undefined {
  const step = steps.at(-1);
  if (step?.ok === false) return diagnosis;
  // Refused, but nothing has failed yet: a wrong password, a poll that comes too early.
  const check = step?.ok === null && status >= 400 ? failed(step.checks) : undefined;
  return check && diagnoseRule(check);
}

/** Puts the diagnosis on an answer that refuses. What is refused was found out before: this changes nothing else. */
export function tellDiagnosis({ environments }: Context, { exchange }: FastifyRequest, reply: FastifyReply): void {
  if (exchange.transactionId === undefined) return;
  const transaction = environments.get(exchange.environmentId ?? '')?.transactions.get(exchange.transactionId);
  const diagnosis = transaction && diagnosisOf(transaction, reply.statusCode);
  if (transaction && diagnosis) reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, transactionUrl(transaction)));
}
