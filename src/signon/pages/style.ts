import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { pages } from '../../embedded.js';
import type { Endpoint } from '../../environment/context.js';
import { textMember } from '../../lib/unknown.js';

const styleSheet = pages['signon.css'] ?? '';
const version = createHash('sha256').update(styleSheet).digest('base64url').slice(0, 16);
const etag = `"${version}"`;

/** The address of the style sheet, relative to the page of this request, so that it works behind any proxy. */
export const stylesheetOf = (request: FastifyRequest): string =>
  `${folderFrom(request.url.split('?', 1)[0] as string)}style.css?v=${version}`;

/** Where the pages of the sign-on are, as seen from a path. */
const folderFrom = (path: string): string => (/\/signon$/.test(path) ? 'signon/' : /\/rp\//.test(path) ? '../signon/' : '');

/** The style sheet of every page. Its address changes with its content, so that a browser asks for it only once. */
export const style: Endpoint = (app) => {
  app.get('/style.css', (request, reply) => {
    const v = textMember(request.query, 'v');
    reply
      .removeHeader('pragma')
      .removeHeader('expires')
      .header('cache-control', v === version ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('etag', etag);
    const known = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
    return known ? reply.code(304).send() : reply.header('content-type', 'text/css; charset=utf-8').send(styleSheet);
  });
};
