import type { FastifyRequest } from 'fastify';
import type { Context, Endpoint } from '../environment/context.js';

/** The path of the start page, below the path of the base URL. */
export const setupPath = ({ origin }: Context, request: FastifyRequest): string => new URL(`${origin(request)}/__mock/`).pathname;

/** Redirects the server's root to the inspector. */
export const home: Endpoint = (app, context) => {
  if (context.settings.inspector) app.get('/', (request, reply) => reply.redirect(setupPath(context, request)));
};
