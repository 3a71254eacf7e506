import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { pages } from '../../embedded.js';
import type { Endpoint } from '../../environment/context.js';

const styleSheet = pages['signon.css'] ?? '';
const version = createHash('sha256').update(styleSheet).digest('base64url').slice(0, 16);
const etag = `"${version}"`;

/** Where the style sheet is, as seen from the page of this request: relative, so that it holds behind any proxy. */
export const stylesheetOf = (request: FastifyRequest): string =>
  `${/\/signon$/.test(request.url.split('?', 1)[0] as string) ? 'signon/' : ''}style.css?v=${version}`;

/** The look of every page. Its address changes with it, so a browser asks for it once. */
export const style: Endpoint = (app) => {
  app.get('/style.css', (request, reply) => {
    const { v } = request.query as { v?: unknown };
    reply
      .removeHeader('pragma')
      .removeHeader('expires')
      .header('cache-control', v === version ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('etag', etag);
    const known = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
    return known ? reply.code(304).send() : reply.header('content-type', 'text/css; charset=utf-8').send(styleSheet);
  });
};
