import type { App, Context } from '../environment/context.js';
import {
  type BrokenPkce,
  brokenPkce,
  type InjectedFault,
  type NewInjectedFault,
  type WrongToken,
  wrongTokens,
} from '../environment/faults/registry.js';
import { type EndpointName, endpointNames } from '../environment/journal/endpoints.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, string } from '../lib/schema/types.js';
import { creates, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';
import { checkerOf } from './validation.js';

const count = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum }) as const;

const body = object(
  {},
  {
    endpoint: oneOf(...endpointNames),
    client_id: string,
    times: { type: ['integer', 'string'], minimum: 1, enum: ['always'] } as const,
    status: count(200, 599),
    error: { type: 'string', minLength: 1 } as const,
    error_description: string,
    retry_after: count(0, 86_400),
    delay_ms: count(0, 600_000),
    drop: boolean,
    malformed: boolean,
    drip_ms: count(0, 600_000),
    token: oneOf(...wrongTokens),
    pkce: oneOf(...brokenPkce),
  },
);

const { times, ...effectMembers } = body.properties;
/** `left` is how often it is still to happen. */
const shown = object({ id: string, left: times }, effectMembers);

/** A fault as it goes over HTTP. */
export interface FaultBody {
  endpoint?: EndpointName | undefined;
  client_id?: string | undefined;
  times?: number | 'always' | undefined;
  status?: number | undefined;
  error?: string | undefined;
  error_description?: string | undefined;
  retry_after?: number | undefined;
  delay_ms?: number | undefined;
  drop?: boolean | undefined;
  malformed?: boolean | undefined;
  drip_ms?: number | undefined;
  token?: WrongToken | undefined;
  pkce?: BrokenPkce | undefined;
}

const effects = ['status', 'error', 'retry_after', 'delay_ms', 'drop', 'malformed', 'drip_ms', 'token', 'pkce'] as const;

function readFault(given: FaultBody): NewInjectedFault {
  if (effects.every((name) => given[name] === undefined || given[name] === false))
    throw new ControlError(400, 'fault_empty', 'the fault does nothing', `say what happens: ${effects.join(', ')}`);
  const { endpoint, client_id: client, times, status, error, drop, malformed, token, pkce } = given;
  return {
    endpoint,
    client,
    times: times === 'always' ? Number.POSITIVE_INFINITY : times,
    status,
    error,
    errorDescription: given.error_description,
    retryAfterSeconds: given.retry_after,
    delayMilliseconds: given.delay_ms,
    drop,
    malformed,
    dripMilliseconds: given.drip_ms,
    wrongToken: token,
    pkce,
  };
}

const check = checkerOf(body, 'body');

/** A fault that did not come over HTTP, judged as if it had. */
export const checkFault = (given: FaultBody): NewInjectedFault => readFault(check(given) as FaultBody);

const show = (fault: InjectedFault): FaultBody & { id: string; left: number | 'always' } => ({
  id: fault.id,
  endpoint: fault.endpoint,
  client_id: fault.client,
  left: Number.isFinite(fault.left) ? fault.left : 'always',
  status: fault.status,
  error: fault.error,
  error_description: fault.errorDescription,
  retry_after: fault.retryAfterSeconds,
  delay_ms: fault.delayMilliseconds,
  drop: fault.drop,
  malformed: fault.malformed,
  drip_ms: fault.dripMilliseconds,
  token: fault.wrongToken,
  pkce: fault.pkce,
});

/** What goes wrong on purpose, once unless it says otherwise. */
export const faults = (app: App, context: Context): void => {
  const path = '/environments/:environmentId/faults';
  app.get(
    path,
    { schema: { summary: 'The faults that are still to happen', answers: shows(object({ faults: array(shown) })) } },
    (request, reply) => sendJson(reply, { faults: environmentOfPath(context, request).faults.list().map(show) }),
  );
  app.post(path, { schema: { summary: 'Let something go wrong', body: body as object, answers: creates(shown) } }, (request, reply) => {
    const environment = environmentOfPath(context, request);
    return sendJson(reply.code(201), show(environment.faults.add(readFault(request.body as FaultBody))));
  });
  app.delete(path, { schema: { summary: 'No more faults' } }, (request, reply) => {
    environmentOfPath(context, request).faults.clear();
    return reply.code(204).send();
  });
  app.delete(`${path}/:faultId`, { schema: { summary: 'Take one fault back' } }, (request, reply) => {
    const { faultId } = request.params as { faultId: string };
    if (!environmentOfPath(context, request).faults.remove(faultId))
      throw new ControlError(
        404,
        'fault_unknown',
        `there is no fault ${JSON.stringify(faultId)}`,
        'it may have happened already: GET lists what is left',
      );
    return reply.code(204).send();
  });
};
