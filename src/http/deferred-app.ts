import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../environment/context.js';

/** Routes that many runs never ask for, in an app of their own. */
export interface DeferredApp {
  /** The app, built when it is first asked for. */
  get(): Promise<App>;
  /** Lets it answer a request in the place of the one that took it; `failed` is called where it cannot be built. */
  answer(request: FastifyRequest, reply: FastifyReply, failed: (error: Error) => void): void;
  close(): Promise<void>;
}

export function deferApp(build: () => Promise<App>): DeferredApp {
  let built: Promise<App> | undefined;
  const get = () => {
    built ??= build();
    return built;
  };
  return {
    get,
    answer(request, reply, failed) {
      get().then((app) => {
        reply.hijack();
        app.routing(request.raw, reply.raw);
      }, failed);
    },
    async close() {
      await (await built)?.close();
    },
  };
}
