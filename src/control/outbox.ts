import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, object, string } from '../lib/schema/types.js';
import { messageAt, moment, shows } from './answer-schemas.js';
import type { Closing } from './closing.js';
import { environmentOfPath } from './paths.js';
import { readWait, waitUntil } from './wait.js';

const query = object({}, { to: string, wait: string });
const answers = shows(object({ messages: array(messageAt(moment)) }));

/** What PingOne would have sent by mail or text message: read here by the test that waits for a code. */
export const outbox = (app: App, context: Context, closing: Closing): void => {
  const path = '/environments/:environmentId/outbox';
  app.get(path, { schema: { summary: 'Messages, oldest first', querystring: query, answers } }, async (request, reply) => {
    const { outbox: messages, removed } = environmentOfPath(context, request);
    const { to, wait } = request.query as { to?: string; wait?: string };
    const list = () => messages.list().filter((message) => to === undefined || message.to === to);
    const look = () => (list().length > 0 ? list() : undefined);
    const subscribe = (listener: () => void) => messages.subscribe(listener);
    await waitUntil({ milliseconds: readWait(wait), look, subscribe, request, closing: closing.signal, removed });
    // Whoever waited for an environment that is gone now is told so.
    environmentOfPath(context, request);
    return sendJson(reply, { messages: list().map((message) => ({ ...message, at: new Date(message.at).toISOString() })) });
  });
  app.delete(path, { schema: { summary: 'Forget the messages' } }, (request, reply) => {
    environmentOfPath(context, request).outbox.clear();
    return reply.code(204).send();
  });
};
