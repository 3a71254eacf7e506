import { channel } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';

/** Waits as long as it takes: a test never fails for the machine being slow. What never comes is ended by the limit of the runner. */
export async function until(isSo: () => unknown): Promise<void> {
  while (!(await isSo())) await pause(10);
}

/** Resolves when a server of this process begins to handle a request of this path. */
export const untilHandled = (path: string): Promise<void> =>
  new Promise((resolve) => {
    const handled = channel('tracing:fastify.request.handler:start');
    const look = (message: unknown) => {
      const { request } = message as { request: FastifyRequest };
      if (request.url.split('?')[0] !== path) return;
      handled.unsubscribe(look);
      resolve();
    };
    handled.subscribe(look);
  });
