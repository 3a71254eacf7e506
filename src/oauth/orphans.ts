import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.js';
import { diagnoseUnknownEnvironment, diagnosisHeader } from '../core/diagnosis/index.js';
import { recordFailure } from '../domain/decide.js';
import { OAuthError, type PingOneError } from '../pingone/errors.js';

/** What was refused before there was a transaction is listed as one of its own, so that it can be looked at as well. */
export function recordOrphan(context: Context, request: FastifyRequest, reply: FastifyReply, refused: OAuthError | PingOneError): void {
  const { exchange } = request;
  const { environmentId } = request.params as { environmentId?: string };
  // Without a host there is no address under which anything could be looked at.
  if (environmentId === undefined || exchange.transactionId !== undefined || context.askedOrigin(request.raw) === undefined) return;
  const environment = context.environments.get(environmentId);
  if (!environment) {
    const diagnosis = diagnoseUnknownEnvironment(
      environmentId,
      context.environments.list().map(({ id, record }) => ({ id, name: record.name })),
    );
    const see = `${context.origin(request)}/__mock/live`;
    context.log.warn({ event: 'request', ok: false, diagnosis: diagnosis.code, see }, diagnosis.title);
    reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, see));
    return;
  }
  exchange.environmentId = environment.id;
  const transaction = environment.transactions.start({ application: undefined });
  transaction.via.push(context.baseUrl(request, environment));
  const checks = refused instanceof OAuthError ? refused.checks : [{ rule: refused.code.toLowerCase(), ok: false, got: refused.reason }];
  const kind = request.routeOptions.url?.endsWith('/userinfo') ? 'userinfo' : 'token';
  recordFailure(environment, transaction, { kind, title: `Refused: ${refused.message}`, checks, exchange });
}
