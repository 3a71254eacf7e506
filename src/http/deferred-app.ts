import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../environment/context.js';

/** Routes that many runs never use, in an app of their own. */
export interface DeferredApp {
  /** Whether it answers the URL of a request that no route of the first app fits. */
  serves(url: string): boolean;
  /** The app, built on first use. */
  get(): Promise<App>;
  /** Hands a request over to it, and calls `failed` if the app cannot be built. */
  answer(request: FastifyRequest, reply: FastifyReply, failed: (error: Error) => void): void;
  /** The same for a request that no other app has seen. */
  route(request: IncomingMessage, response: ServerResponse, failed: (error: Error) => void): void;
  close(): Promise<void>;
}

export function deferApp(serves: DeferredApp['serves'], build: () => Promise<App>): DeferredApp {
  let built: Promise<App> | undefined;
  let app: App | undefined;
  const get = () => {
    built ??= build().then((made) => {
      app = made;
      return made;
    });
    return built;
  };
  return {
    serves,
    get,
    answer(request, reply, failed) {
      get().then((made) => {
        reply.hijack();
        made.routing(request.raw, reply.raw);
      }, failed);
    },
    route(request, response, failed) {
      if (app) app.routing(request, response);
      else get().then((made) => made.routing(request, response), failed);
    },
    async close() {
      await (await built)?.close();
    },
  };
}
