import { applicationSecrets } from '../../configuration/applications/applications.js';
import type { Environment } from '../../environment/context.js';
import { clientKeys } from '../../environment/keys/public-keys.js';
import type { Application } from '../../environment/model/application.js';
import { toSeconds } from '../../lib/clock.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { type Check, check, decide, failed } from '../../protocol/check.js';
import { isSignedByClient, type Jwt } from '../../protocol/jwt.js';
import { applyRequestObject, checkRequestObjectClaims, checkRequestObjectForm } from '../../protocol/request-object.js';

/** Checks that an application signed a token, with a valid secret or with one of its keys. */
export async function checkClientSignature(
  environment: Environment,
  application: Application,
  text: string,
  jwt: Jwt,
  rule: 'request_object_signature' | 'login_hint_token_signature',
): Promise<Check> {
  const byKey = jwt.alg.startsWith('RS');
  const { keys, problem } = byKey ? await clientKeys(environment, application, jwt.kid) : { keys: [], problem: undefined };
  const secrets = byKey ? [] : await applicationSecrets(environment, application.id, environment.clock.now());
  return check(rule, await isSignedByClient(text, jwt, { secrets, keys }), {
    expected: byKey ? (problem ?? 'a key of the application') : 'the secret of the application',
    got: jwt.kid === undefined ? jwt.alg : `${jwt.alg}, kid ${jwt.kid}`,
  });
}

/** The request with its request object or pushed request resolved, and the checks made. */
export interface ResolvedParameters {
  readonly parameters: AuthorizationParameters;
  readonly checks: readonly Check[];
  /** The transaction that a pushed request began. */
  readonly transactionId?: string;
}

export interface AskedParameters {
  readonly parameters: AuthorizationParameters;
  readonly issuer: string;
  /** The request is being pushed (RFC 9126). */
  readonly pushing?: boolean;
}

/** Resolves a request object (RFC 9101), after other checks, which held. */
async function openObject(
  environment: Environment,
  application: Application,
  { parameters, issuer }: AskedParameters,
  text: string,
  before: readonly Check[],
): Promise<ResolvedParameters> {
  const form = decide(
    checkRequestObjectForm(text, {
      requireSigned: application.requireSignedRequestObject === true,
      supportUnsigned: application.supportUnsignedRequestObject === true,
    }),
  );
  if (form.refusedBy) return { parameters, checks: [...before, ...form.checks] };
  const jwt = form.value;
  const checks = [
    ...before,
    ...form.checks,
    ...(jwt.alg === 'none' ? [] : [await checkClientSignature(environment, application, text, jwt, 'request_object_signature')]),
    ...checkRequestObjectClaims(jwt, {
      clientId: application.id,
      issuer,
      environmentId: environment.id,
      servesHost: environment.servesHost,
      now: toSeconds(environment.clock.now()),
    }),
  ];
  return { parameters: failed(checks) ? parameters : applyRequestObject(parameters, jwt), checks };
}

/** Takes a request that was pushed (RFC 9126 §4). That spends it, no matter who presents it. */
async function takePushed(
  { store }: Environment,
  application: Application,
  parameters: AuthorizationParameters,
  requestUri: string,
): Promise<ResolvedParameters> {
  const pushed = await store.pushedRequests.take(requestUri);
  const checks: Check[] = [
    check('request_one_way', parameters.request === undefined),
    check('request_uri_known', pushed !== undefined, { expected: 'what /as/par issued, once', got: requestUri.slice(0, 200) }),
  ];
  if (pushed)
    checks.push(check('request_uri_client', pushed.clientId === application.id, { expected: pushed.clientId, got: application.id }));
  if (!pushed || failed(checks)) return { parameters, checks };
  // Only prompt may be outside: clients that renew in the background put it there (docs/fidelity.md, 3.1).
  const { transactionId } = pushed;
  return {
    parameters: { ...pushed.parameters, ...(parameters.prompt !== undefined && { prompt: parameters.prompt }) },
    checks,
    transactionId,
  };
}

/** The parameters that count: those of the request itself, of its request object, or of a request that was pushed. */
export function resolveParameters(
  environment: Environment,
  application: Application,
  asked: AskedParameters,
): ResolvedParameters | Promise<ResolvedParameters> {
  const { parameters, pushing = false } = asked;
  const { request, requestUri } = parameters;
  if (requestUri !== undefined && pushing)
    return { parameters, checks: [check('request_uri_not_pushed', false, { got: requestUri.slice(0, 200) })] };
  if (requestUri !== undefined) return takePushed(environment, application, parameters, requestUri);
  const required: Check[] = [
    check('pushed_request_required', pushing || application.parRequirement !== 'REQUIRED'),
    check('request_object_required', request !== undefined || application.requireSignedRequestObject !== true),
  ];
  if (request === undefined || failed(required)) return { parameters, checks: required };
  return openObject(environment, application, asked, request, required);
}
