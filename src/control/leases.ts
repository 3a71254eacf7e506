import type { App, Context, Environment } from '../environment/context.js';
import type { Lease } from '../environment/faults/leases.js';
import { sendJson } from '../http/answers.js';
import { array, object, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { creates, noContent, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';

const seconds = { type: 'integer', minimum: 1, maximum: 300 } as const;
const holder = { type: 'string', minLength: 1, maxLength: 300 } as const;
const body = object({ holder, seconds });
const shown = object({ id: string, holder: string, seconds });

export const leaseEnded = (id: string): ControlError =>
  new ControlError(
    409,
    'lease_ended',
    `the lease ${JSON.stringify(id)} has ended, and what belonged to it is gone`,
    'take a new one, and renew it in time',
  );

/** Refuses what belongs to a lease that has ended: nothing would take it back. */
export function requireLease({ leases }: Environment, id: string | undefined): void {
  if (id !== undefined && leases.current?.id !== id) throw leaseEnded(id);
}

const show = ({ id, holder: by, seconds: lasts }: Lease) => ({ id, holder: by, seconds: lasts });

/**
 * Leases: the right to change how an environment behaves, for one at a time. Faults, rules, keys and other environments that name
 * the lease end with it, so that a program that was killed leaves nothing behind.
 */
export const leases = (app: App, context: Context): void => {
  const path = `${environmentPath}/leases`;
  const list = { schema: { summary: 'List the lease that is held', answers: shows(object({ leases: array(shown) })) } };
  app.get(path, list, (request, reply) => {
    const { current } = environmentOfPath(context, request).leases;
    return sendJson(reply, { leases: current ? [show(current)] : [] });
  });
  app.post(path, { schema: { summary: 'Take the lease of the environment', body, answers: creates(shown) } }, async (request, reply) => {
    const { leases: own } = environmentOfPath(context, request);
    const lease = await own.take(request.body);
    if (lease) return sendJson(reply.code(201), show(lease));
    throw new ControlError(
      409,
      'lease_held',
      `this environment is taken by ${own.current?.holder}`,
      `wait until that has ended; if its process is gone, within ${own.current?.seconds} seconds`,
    );
  });
  app.put(`${path}/:leaseId`, { schema: { summary: 'Renew a lease', body: object({}), answers: noContent } }, async (request, reply) => {
    const id = textMember(request.params, 'leaseId') ?? '';
    if (!(await environmentOfPath(context, request).leases.renew(id))) throw leaseEnded(id);
    return reply.code(204).send();
  });
  const remove = { schema: { summary: 'End a lease, and all that belongs to it', answers: noContent } };
  app.delete(`${path}/:leaseId`, remove, async (request, reply) => {
    const id = textMember(request.params, 'leaseId') ?? '';
    if (!(await environmentOfPath(context, request).leases.end(id))) throw leaseEnded(id);
    return reply.code(204).send();
  });
};
