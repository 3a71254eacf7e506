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
  /** The app, once it is built. */
  readonly built: App | undefined;
  close(): Promise<void>;
}

export function deferApp(serves: DeferredApp['serves'], build: () => Promise<App>): DeferredApp {
  let building: Promise<App> | undefined;
  let app: App | undefined;
  const get = () => {
    building ??= build().then((made) => {
      app = made;
      return made;
    });
    return building;
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
    get built() {
      return app;
    },
    async close() {
      await (await building)?.close();
    },
  };
}
