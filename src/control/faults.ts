import type { App, Context } from '../environment/context.js';
import { brokenPkce, type InjectedFault, type NewInjectedFault, tokenKinds, wrongTokens } from '../environment/faults/registry.js';
import { endpointNames } from '../environment/journal/endpoints.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, type Infer, object, oneOf, string } from '../lib/schema/types.js';
import { membersOf, textMember } from '../lib/unknown.js';
import { creates, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { requireLease } from './leases.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { checkerOf } from './validation.js';

const count = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum }) as const;

const members = {
  endpoint: oneOf(...endpointNames),
  client_id: string,
  status: count(200, 599),
  error: { type: 'string', minLength: 1 } as const,
  error_description: string,
  retry_after: count(0, 86_400),
  location: { type: 'string', minLength: 1, maxLength: 2000, pattern: '^[\\x21-\\x7e]+$' } as const,
  delay_ms: count(0, 600_000),
  drop: boolean,
  malformed: boolean,
  content_type: { type: 'string', minLength: 1, maxLength: 100, pattern: '^[\\x21-\\x7e]+(; ?[\\x21-\\x7e]+)*$' } as const,
  padding: count(1, 20_000_000),
  drip_ms: count(0, 600_000),
  token: oneOf(...wrongTokens),
  token_kind: oneOf(...tokenKinds),
  pkce: oneOf(...brokenPkce),
  lease: string,
};
const times = { type: ['integer', 'string'], minimum: 1, enum: ['always'] } as const;
const memberSchema = object({}, members);
const body = object({}, { ...members, times });
/** `left`: how many more times the fault will happen. */
const shown = object({ id: string, left: times }, members);

/** A fault as the control API spells it. */
export type FaultBody = Infer<typeof memberSchema> & { times?: number | 'always' };

const effects = [
  'status',
  'error',
  'retry_after',
  'location',
  'delay_ms',
  'drop',
  'malformed',
  'content_type',
  'padding',
  'drip_ms',
  'token',
  'pkce',
] as const;

function readFault(given: FaultBody): NewInjectedFault {
  if (effects.every((name) => given[name] === undefined || given[name] === false))
    throw new ControlError(400, 'fault_empty', 'the fault does nothing', `set at least one of: ${effects.join(', ')}`);
  const { endpoint, client_id: client, times, status, error, drop, malformed, token, pkce } = given;
  return {
    endpoint,
    client,
    times: times === 'always' ? Number.POSITIVE_INFINITY : times,
    status,
    error,
    errorDescription: given.error_description,
    retryAfterSeconds: given.retry_after,
    location: given.location,
    delayMilliseconds: given.delay_ms,
    drop,
    malformed,
    contentType: given.content_type,
    padding: given.padding,
    dripMilliseconds: given.drip_ms,
    wrongToken: token,
    wrongOnly: given.token_kind,
    pkce,
    lease: given.lease,
  };
}

const check = checkerOf(body, 'body');

const read = (given: object): NewInjectedFault => readFault(check(given) as FaultBody);

/** Validates a fault that the library was given in this process, exactly as if it had come over HTTP. */
export const checkFault = (given: FaultBody): NewInjectedFault => read(given);

const show = (fault: InjectedFault) => ({
  id: fault.id,
  endpoint: fault.endpoint,
  client_id: fault.client,
  left: Number.isFinite(fault.left) ? fault.left : 'always',
  status: fault.status,
  error: fault.error,
  error_description: fault.errorDescription,
  retry_after: fault.retryAfterSeconds,
  location: fault.location,
  delay_ms: fault.delayMilliseconds,
  drop: fault.drop,
  malformed: fault.malformed,
  content_type: fault.contentType,
  padding: fault.padding,
  drip_ms: fault.dripMilliseconds,
  token: fault.wrongToken,
  token_kind: fault.wrongOnly,
  pkce: fault.pkce,
  lease: fault.lease,
});

/** Injected faults. Each happens once unless `times` says otherwise; broken PKCE stays until it is removed. */
export const faults = (app: App, context: Context): void => {
  const path = `${environmentPath}/faults`;
  app.get(path, { schema: { summary: 'List the pending faults', answers: shows(object({ faults: array(shown) })) } }, (request, reply) =>
    sendJson(reply, { faults: environmentOfPath(context, request).faults.list().map(show) }),
  );
  app.post(path, { schema: { summary: 'Inject a fault', body: body as object, answers: creates(shown) } }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const fault = read(membersOf(request.body));
    requireLease(environment, fault.lease);
    return sendJson(reply.code(201), show(await environment.faults.add(fault)));
  });
  app.delete(path, { schema: { summary: 'Remove all faults' } }, async (request, reply) => {
    await environmentOfPath(context, request).faults.clear();
    return reply.code(204).send();
  });
  app.delete(`${path}/:faultId`, { schema: { summary: 'Remove one fault' } }, async (request, reply) => {
    const faultId = textMember(request.params, 'faultId') ?? '';
    if (!(await environmentOfPath(context, request).faults.remove(faultId)))
      throw new ControlError(
        404,
        'fault_unknown',
        `there is no fault ${JSON.stringify(faultId)}`,
        'it may have happened already: GET lists the pending faults',
      );
    return reply.code(204).send();
  });
};
