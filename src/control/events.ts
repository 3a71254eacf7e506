import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from '../environment/context.js';
import type { TransactionEvent } from '../environment/journal/transaction-events.js';
import { object, string } from '../lib/schema/types.js';
import type { Closing } from './closing.js';
import { environmentNamed } from './paths.js';
import { transactionBody } from './transaction-body.js';

const pingMilliseconds = 15_000;

const query = object({}, { lastEventId: string, environment: string });

const answers = { 200: { 'text/event-stream': string } };

/** One listener of the stream. Of several changes of a transaction that wait to be sent, the last is sent. */
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
      // A listener that does not read must not fill the memory.
      if (waiting.size > 500) waiting.delete(waiting.keys().next().value as string);
      if (scheduled) return;
      scheduled = true;
      // After the answer of the request that led to it, which then stands in its steps.
      setImmediate(flush);
    },
    send: (text: string) => void raw.write(text),
  };
}

/** The stream of server-sent events: every change of a transaction, the whole of it, and when all are forgotten (inspector, C.2). */
export const events = (app: App, context: Context, closing: Closing): void => {
  const write = ({ number, environmentId, transaction }: TransactionEvent): string => {
    if (!transaction) return `id: ${number}\nevent: forgotten\ndata: ${JSON.stringify({ envId: environmentId })}\n\n`;
    const now = context.environments.get(transaction.environmentId)?.clock.now() ?? context.clock.now();
    const body = transactionBody(transaction, { now, hideSecrets: context.settings.hideSecrets });
    return `id: ${number}\nevent: transaction\ndata: ${JSON.stringify(body)}\n\n`;
  };

  /** Where the listener stopped: an id of a server that ran before this one says nothing, so all that is remembered is sent. */
  const resumeAfter = (request: FastifyRequest): number => {
    const { lastEventId } = request.query as { lastEventId?: string };
    const given = request.headers['last-event-id'] ?? lastEventId;
    if (given === undefined) return context.events.lastNumber;
    const number = /^\d{1,15}$/.test(String(given)) ? Number(given) : 0;
    return number > context.events.lastNumber ? 0 : number;
  };

  const listen = (request: FastifyRequest, reply: FastifyReply): void => {
    const { environment: asked } = request.query as { environment?: string };
    const { environmentId: name = asked } = request.params as { environmentId?: string };
    const only = name === undefined ? undefined : environmentNamed(context, name).id;
    const concerns = ({ environmentId }: TransactionEvent) => only === undefined || environmentId === only;

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
    closing.signal.addEventListener('abort', bye, { once: true });
    raw.on('error', () => raw.destroy());
    raw.on('close', () => {
      clearInterval(ping);
      unsubscribe();
      closing.signal.removeEventListener('abort', bye);
    });
  };

  for (const prefix of ['', '/environments/:environmentId'])
    app.get(
      `${prefix}/events`,
      { schema: { summary: 'Changes of transactions, as server-sent events', querystring: query, answers } },
      listen,
    );
};
