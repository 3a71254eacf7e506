import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import { transactionUrl } from '../environment/journal/transaction-url.js';
import { beginTransaction, recordFailure } from '../environment/record.js';
import { allowedMethods, type Routes } from '../http/pingone-gateway.js';
import { toSeconds } from '../lib/clock.js';
import { textMember } from '../lib/unknown.js';
import { OAuthError, PingOneError } from '../pingone/errors.js';
import { type Check, check } from '../protocol/check.js';
import { readJwt } from '../protocol/jwt.js';
import {
  type Diagnosis,
  diagnoseAccessToken,
  diagnoseRule,
  diagnoseUnknownEnvironment,
  diagnoseUnrouted,
  diagnosisHeader,
  type Named,
} from '../protocol/mistakes/index.js';
import type { RuleName } from '../protocol/rules/index.js';

const named = ({ id, record }: Environment): Named => ({ id, name: record.name });

interface Stray {
  /** The environment of the path, if there is one. */
  readonly environment?: Environment | undefined;
  readonly title: string;
  readonly check: Check<RuleName>;
  readonly diagnosis: Diagnosis;
}

/** Records a request that reached no endpoint, in the environment of its path, or by itself if there is none. */
function recordStray(context: Context, request: FastifyRequest, reply: FastifyReply, stray: Stray): void {
  const { environment, title, check, diagnosis } = stray;
  const transactions = environment?.transactions ?? context.unmatched;
  const transaction = beginTransaction({ transactions }, { baseUrl: context.origin(request) });
  const kind = request.method === 'POST' ? 'token' : 'authorize';
  request.exchange.environmentId = environment?.id;
  // A request that an endpoint answered has its own transaction.
  const exchange = request.exchange.transactionId === undefined ? request.exchange : undefined;
  transactions.step(transaction, { kind, ok: false, title, checks: [check], exchange, diagnosis });
  const see = transactionUrl(transaction);
  // The transactions of an environment are logged elsewhere.
  if (!environment) context.log.warn({ event: 'request', ok: false, diagnosis: diagnosis.code, see }, diagnosis.title);
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, see));
}

function recordUnknownEnvironment(context: Context, request: FastifyRequest, reply: FastifyReply, environmentId: string): void {
  const environments = context.environments.list().map(named);
  const diagnosis = diagnoseUnknownEnvironment(environmentId, environments);
  const expected = environments.map(({ id }) => id).join(' or ') || 'an environment of this server';
  const known = check('environment_known', false, { expected, got: environmentId });
  recordStray(context, request, reply, { title: 'Refused: no such environment', check: known, diagnosis });
}

interface ForeignOrigin {
  readonly origin: string;
  readonly environment?: Environment | undefined;
  /** The application that the request is for, if it names one. */
  readonly application?: { readonly name: string } | undefined;
}

/** A page that may not read the answer. The browser hides the reason from the page, so the developer finds it here. */
export function recordForeignOrigin(context: Context, request: FastifyRequest, reply: FastifyReply, foreign: ForeignOrigin): void {
  const { origin, environment, application } = foreign;
  if (context.requestOrigin(request.raw) === undefined) return;
  const isManagement = request.url.startsWith('/v1');
  const allowed = isManagement
    ? check('management_origin_allowed', false, { got: origin })
    : check('origin_allowed', false, { expected: application?.name ?? 'an application of this environment', got: origin });
  recordStray(context, request, reply, {
    environment,
    title: `Refused: pages of ${origin}`,
    check: allowed,
    diagnosis: diagnoseRule(allowed),
  });
}

/** Path segments that only the authorization server has, or two slashes. */
const meansAuthorization = /\/(as|\.well-known)(\/|$)|\/\//;

/**
 * A path that is nearly one of the authorization server’s, or a method that it does not have (docs/fidelity.md, 1.1).
 * `routes` are those of the app that was asked.
 */
export function recordUnrouted(context: Context, request: FastifyRequest, reply: FastifyReply, routes: Routes): void {
  const path = request.url.split('?', 1)[0] as string;
  if (!meansAuthorization.test(path) || context.requestOrigin(request.raw) === undefined) return;
  const paths = routes.map(({ segments }) => segments.slice(2).join('/')).filter((each) => each.startsWith('as/'));
  const environments = context.environments.list();
  const allowed = allowedMethods(routes, path);
  const segments = path.split('/', 8);
  recordStray(context, request, reply, {
    environment: environments.find(({ id }) => segments.includes(id)),
    title: `Refused: no ${request.method} ${path}`,
    check: check(allowed.length > 0 ? 'method_allowed' : 'path_known', false, { got: `${request.method} ${path}` }),
    diagnosis: diagnoseUnrouted({ method: request.method, path, allowed, paths, environments: environments.map(named) }),
  });
}

/** Why userinfo was refused, going by the token that was sent. */
function diagnoseBearer(
  environment: Environment,
  { headers, query }: FastifyRequest,
  { message, status }: OAuthError | PingOneError,
): Diagnosis {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const jwt = bearer === undefined ? undefined : readJwt(bearer);
  return diagnoseAccessToken({
    token: bearer === undefined ? undefined : jwt ? { header: { alg: jwt.alg, kid: jwt.kid }, claims: jwt.claims } : null,
    environment: named(environment),
    others: environment.others().map(named),
    knownKids: environment.keys.all().map(({ kid }) => kid),
    nowSeconds: toSeconds(environment.clock.now()),
    authorization: bearer === undefined ? headers.authorization : undefined,
    inQuery: textMember(query, 'access_token') !== undefined,
    valid: status === 403,
    reason: message,
  });
}

/** The rule of a refusal in PingOne's own format: its code. */
const ruleOf = ({ code }: PingOneError) => code.toLowerCase() as Lowercase<PingOneError['code']>;

/** Records a request that was refused before it had a transaction as one of its own, so that it can be inspected too. */
export function recordRefusal(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: OAuthError | PingOneError,
  diagnosis?: Diagnosis,
): void {
  const { exchange } = request;
  const [environmentId, flowId] = [textMember(request.params, 'environmentId'), textMember(request.params, 'flowId')];
  // Without a host there is no URL under which it could be inspected.
  if (environmentId === undefined || exchange.transactionId !== undefined || context.requestOrigin(request.raw) === undefined) return;
  const environment = context.environments.get(environmentId);
  if (!environment) {
    recordUnknownEnvironment(context, request, reply, environmentId);
    return;
  }
  exchange.environmentId = environment.id;
  const transaction = beginTransaction(environment, { baseUrl: context.baseUrl(request, environment) });
  const checks =
    refused instanceof OAuthError
      ? refused.checks
      : [refused.check ?? check(ruleOf(refused), false, { got: refused.reason ?? refused.message })];
  const ofUserinfo = request.routeOptions.url?.endsWith('/userinfo') === true;
  const kind = ofUserinfo ? 'userinfo' : flowId === undefined && !(refused instanceof PingOneError && refused.check) ? 'token' : 'login';
  recordFailure(
    environment,
    transaction,
    { kind, title: `Refused: ${refused.message}`, checks, exchange },
    diagnosis ?? (ofUserinfo ? diagnoseBearer(environment, request, refused) : undefined),
  );
}
