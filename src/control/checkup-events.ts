import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Run } from '../checkup/runs.js';
import { problemBody } from './checkup-body.js';

const pingMilliseconds = 15_000;

/** How many findings a client has seen; their number is the event's id. */
const seenBefore = ({ headers }: FastifyRequest): number => {
  const given = String(headers['last-event-id'] ?? '');
  return /^\d{1,6}$/.test(given) ? Number(given) : 0;
};

/** Sends what a checkup finds, and `end` when it has ended. A client that does not read gets no more until it does. */
export function sendRunEvents(request: FastifyRequest, reply: FastifyReply, run: Run, closing: AbortSignal): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 1000\n\n');
  let sent = seenBefore(request);
  let blocked = false;

  const flush = () => {
    const { findings } = run.report;
    while (!blocked && !raw.destroyed && sent < findings.length) {
      sent += 1;
      blocked = !raw.write(`id: ${sent}\nevent: finding\ndata: ${JSON.stringify(findings[sent - 1])}\n\n`);
    }
    if (blocked || run.state === 'running' || raw.writableEnded) return;
    raw.end(`event: end\ndata: ${JSON.stringify({ state: run.state, ...problemBody(run) })}\n\n`);
  };
  const unsubscribe = run.subscribe(flush);
  const ping = setInterval(() => void raw.write(': ping\n\n'), pingMilliseconds);
  ping.unref();
  const bye = () => raw.end('event: bye\ndata: {}\n\n');
  closing.addEventListener('abort', bye, { once: true });
  raw.on('drain', () => {
    blocked = false;
    flush();
  });
  raw.on('error', () => raw.destroy());
  raw.on('close', () => {
    clearInterval(ping);
    unsubscribe();
    closing.removeEventListener('abort', bye);
  });
  flush();
}
