import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, object, string } from '../lib/schema/types.js';
import { messageAt, moment, shows } from './answer-schemas.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { readWait, waitUntil } from './wait.js';

const querystring = object({}, { to: string, wait: string });
const answers = shows(object({ messages: array(messageAt(moment)) }));

/** The e-mails and text messages that PingOne would have sent, for tests that wait for a code. */
export const outbox = (app: App, context: Context, closing: AbortSignal): void => {
  const path = `${environmentPath}/outbox`;
  app.get(path, { schema: { summary: 'Messages, oldest first', querystring, answers } }, async (request, reply) => {
    const { outbox: messages, removed } = environmentOfPath(context, request);
    const { to, wait } = request.query;
    const list = () => messages.list().filter((message) => to === undefined || message.to === to);
    const look = () => (list().length > 0 ? list() : undefined);
    const { subscribe } = messages;
    await waitUntil({ milliseconds: readWait(wait), look, subscribe, request, closing, removed });
    // The environment may have been removed meanwhile: then this is a 404.
    environmentOfPath(context, request);
    return sendJson(reply, { messages: list().map((message) => ({ ...message, at: new Date(message.at).toISOString() })) });
  });
  app.delete(path, { schema: { summary: 'Delete the messages' } }, async (request, reply) => {
    await environmentOfPath(context, request).outbox.clear();
    return reply.code(204).send();
  });
};
