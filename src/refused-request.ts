import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from './context.js';
import { toSeconds } from './core/clock.js';
import { type Diagnosis, diagnoseAccessToken, diagnoseUnknownEnvironment, diagnosisHeader, type Named } from './core/diagnosis/index.js';
import { readJwt } from './core/jwt.js';
import { recordFailure } from './domain/decide.js';
import { OAuthError, type PingOneError } from './pingone/errors.js';

const named = ({ id, record }: Environment): Named => ({ id, name: record.name });

/** What was asked of an environment that is not there belongs to no transaction: the log and the header tell of it. */
function tellUnknownEnvironment(context: Context, request: FastifyRequest, reply: FastifyReply, environmentId: string): void {
  const diagnosis = diagnoseUnknownEnvironment(environmentId, context.environments.list().map(named));
  const see = `${context.origin(request)}/__mock/live`;
  context.log.warn({ event: 'request', ok: false, diagnosis: diagnosis.code, see }, diagnosis.title);
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, see));
}

/** Why userinfo was refused: by the token that was sent. */
function diagnoseBearer(environment: Environment, { headers }: FastifyRequest, reason: string): Diagnosis {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const jwt = bearer === undefined ? undefined : readJwt(bearer);
  return diagnoseAccessToken({
    token: bearer === undefined ? undefined : jwt ? { header: { alg: jwt.alg, kid: jwt.kid }, claims: jwt.claims } : null,
    environment: named(environment),
    others: environment.others().map(named),
    knownKids: environment.keys.all().map(({ kid }) => kid),
    nowSeconds: toSeconds(environment.clock.now()),
    reason,
  });
}

/** What was refused before there was a transaction is listed as one of its own, so that it can be looked at as well. */
export function recordRefusal(context: Context, request: FastifyRequest, reply: FastifyReply, refused: OAuthError | PingOneError): void {
  const { exchange } = request;
  const { environmentId, flowId } = request.params as { environmentId?: string; flowId?: string };
  // Without a host there is no address under which anything could be looked at.
  if (environmentId === undefined || exchange.transactionId !== undefined || context.askedOrigin(request.raw) === undefined) return;
  const environment = context.environments.get(environmentId);
  if (!environment) {
    tellUnknownEnvironment(context, request, reply, environmentId);
    return;
  }
  exchange.environmentId = environment.id;
  const transaction = environment.transactions.start({ application: undefined });
  transaction.via.push(context.baseUrl(request, environment));
  const checks =
    refused instanceof OAuthError
      ? refused.checks
      : [{ rule: refused.code.toLowerCase(), ok: false, got: refused.reason ?? refused.message }];
  const ofUserinfo = request.routeOptions.url?.endsWith('/userinfo') === true;
  const kind = ofUserinfo ? 'userinfo' : flowId === undefined ? 'token' : 'login';
  recordFailure(
    environment,
    transaction,
    { kind, title: `Refused: ${refused.message}`, checks, exchange },
    ofUserinfo ? diagnoseBearer(environment, request, refused.message) : undefined,
  );
}
