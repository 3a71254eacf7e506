import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from '../environment/context.js';
import type { TransactionEvent } from '../environment/journal/transaction-events.js';
import { object, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { environmentNamed, environmentPath } from './paths.js';
import { transactionBody } from './transaction-body.js';

const pingMilliseconds = 15_000;

const querystring = object({}, { lastEventId: string, environment: string });

const answers = { 200: { 'text/event-stream': string } };

/** One client of the stream. While changes of a transaction wait to be sent, only its last one is kept. */
export function openStream(raw: ServerResponse, write: (event: TransactionEvent) => string) {
  const waiting = new Map<string, TransactionEvent>();
  let scheduled = false;
  let blocked = false;

  const flush = () => {
    scheduled = false;
    for (const [id, event] of waiting) {
      if (blocked || raw.destroyed || raw.writableEnded) return;
      waiting.delete(id);
      blocked = !raw.write(write(event));
    }
  };
  raw.on('drain', () => {
    blocked = false;
    flush();
  });
  return {
    push(event: TransactionEvent) {
      const id = event.transaction?.id ?? event.environmentId;
      waiting.delete(id);
      waiting.set(id, event);
      // A client that does not read must not fill the memory.
      if (waiting.size > 500) waiting.delete(waiting.keys().next().value as string);
      if (scheduled) return;
      scheduled = true;
      // After the response has been sent, so that the transaction's step includes it.
      setImmediate(flush);
    },
    send: (text: string) => void raw.write(text),
  };
}

/**
 * Server-sent events: `transaction` with the whole transaction at every change, `forgotten` when those of an environment
 * were deleted, `bye` before the server closes.
 */
export const events = (app: App, context: Context, closing: AbortSignal): void => {
  const write = ({ number, environmentId, transaction }: TransactionEvent): string => {
    if (!transaction) return `id: ${number}\nevent: forgotten\ndata: ${JSON.stringify({ envId: environmentId })}\n\n`;
    const now = context.environments.get(transaction.environmentId)?.clock.now() ?? context.clock.now();
    const body = transactionBody(transaction, { now, hideSecrets: context.settings.hideSecrets });
    return `id: ${number}\nevent: transaction\ndata: ${JSON.stringify(body)}\n\n`;
  };

  /** The last event that the client has seen. Another server's id may be higher than any of ours: then all events are sent again. */
  const resumeAfter = (request: FastifyRequest): number => {
    const lastEventId = textMember(request.query, 'lastEventId');
    const given = request.headers['last-event-id'] ?? lastEventId;
    if (given === undefined) return context.events.lastNumber;
    const number = /^\d{1,15}$/.test(String(given)) ? Number(given) : 0;
    return number > context.events.lastNumber ? 0 : number;
  };

  const listen = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const asked = textMember(request.query, 'environment');
    const name = textMember(request.params, 'environmentId') ?? asked;
    const only = name === undefined ? undefined : environmentNamed(context, name).id;
    const concerns = ({ environmentId }: TransactionEvent) => only === undefined || environmentId === only;
    await context.recordings.caughtUp(only);

    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = openStream(raw, write);
    stream.send('retry: 1000\n\n');
    for (const event of context.events.since(resumeAfter(request))) if (concerns(event)) stream.push(event);

    const unsubscribe = context.events.subscribe((event) => concerns(event) && stream.push(event));
    const ping = setInterval(() => stream.send(': ping\n\n'), pingMilliseconds);
    ping.unref();
    const bye = () => raw.end('event: bye\ndata: {}\n\n');
    closing.addEventListener('abort', bye, { once: true });
    raw.on('error', () => raw.destroy());
    raw.on('close', () => {
      clearInterval(ping);
      unsubscribe();
      closing.removeEventListener('abort', bye);
    });
  };

  for (const prefix of ['', environmentPath])
    app.get(`${prefix}/events`, { schema: { summary: 'Changes of transactions, as server-sent events', querystring, answers } }, listen);
};
