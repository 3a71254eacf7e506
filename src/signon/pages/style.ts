import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { pages } from '../../embedded.js';
import type { Endpoint } from '../../environment/context.js';
import { textMember } from '../../lib/unknown.js';

/** Where the pages of the sign-on are, as seen from a path. */
const folderFrom = (path: string): string => (/\/signon$/.test(path) ? 'signon/' : /\/rp\//.test(path) ? '../signon/' : '');

/** A file that pages load: its address, relative to the page of a request, so that it works behind any proxy, and its route. */
function asset(name: string, embedded: string, type: string) {
  const content = pages[embedded] ?? '';
  const version = createHash('sha256').update(content).digest('base64url').slice(0, 16);
  const etag = `"${version}"`;
  // The address changes with the content, so that a browser asks for it only once.
  const addressOf = (request: FastifyRequest): string => `${folderFrom(request.url.split('?', 1)[0] as string)}${name}?v=${version}`;
  const route: Endpoint = (app) => {
    app.get(`/${name}`, (request, reply) => {
      const v = textMember(request.query, 'v');
      reply
        .removeHeader('pragma')
        .removeHeader('expires')
        .header('cache-control', v === version ? 'public, max-age=31536000, immutable' : 'no-cache')
        .header('etag', etag);
      const known = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
      return known ? reply.code(304).send() : reply.header('content-type', type).send(content);
    });
  };
  return { addressOf, route };
}

/** The style sheet of every page. */
export const { addressOf: stylesheetOf, route: style } = asset('style.css', 'signon.css', 'text/css; charset=utf-8');

/** The script of the page that asks for a passkey: no other page has one. */
export const { addressOf: passkeyScriptOf, route: passkeyScript } = asset('passkey.js', 'passkey.js', 'text/javascript; charset=utf-8');
