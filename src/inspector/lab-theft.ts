import { noContent } from '../control/answer-schemas.js';
import { ControlError, valueRefused } from '../control/control-error.js';
import { environmentOfPath, environmentPath } from '../control/paths.js';
import type { App, Context, Environment } from '../environment/context.js';
import { object, string } from '../lib/schema/types.js';
import { applications, shopClient } from './lab-seeds.js';

/** One of these is in every environment of the lab: Mallory’s App beside the others, the shop at its identity providers. */
const applicationsOfLab = [applications.mallory.id, shopClient.id];

async function isLab({ store }: Environment): Promise<boolean> {
  for (const id of applicationsOfLab) if (await store.applications.get(id)) return true;
  return false;
}

const text = { ...string, minLength: 1, maxLength: 200 } as const;
const body = object({ transactionId: string, exercise: text, outcome: text });

/**
 * Marks a transaction of the lab as a theft that worked. To the server a stolen code is a code; only the lab, which plays both
 * the victim and the thief, knows who got the tokens.
 */
export const labTheft = (app: App, context: Context): void => {
  const schema = { summary: 'For the lab: mark a transaction as a theft that worked', body, answers: noContent };
  app.post(`${environmentPath}/thefts`, { schema }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    if (!(await isLab(environment))) throw valueRefused('thefts are marked in the environments of the lab alone');
    await context.recordings.caughtUp(environment.id);
    const { transactionId, exercise, outcome } = request.body;
    const transaction = environment.transactions.get(transactionId);
    if (!transaction) throw new ControlError(404, 'transaction_unknown', `there is no transaction ${JSON.stringify(transactionId)}`);
    if (transaction.state !== 'succeeded') throw valueRefused('only a transaction that issued tokens can be a theft');
    transaction.theft = { exercise, outcome };
    context.events.push(transaction);
    return reply.code(204).send();
  });
};
