import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pages } from '../../embedded.js';
import type { Endpoint } from '../../environment/context.js';
import { textMember } from '../../lib/unknown.js';

/** Where the pages of the sign-on are, as seen from the page of a request, so that it works behind any proxy. */
export const folderFrom = ({ url }: FastifyRequest): string => {
  const path = url.split('?', 1)[0] as string;
  if (/\/signon$/.test(path)) return 'signon/';
  return /\/(rp|myaccount)\//.test(path) ? '../signon/' : '';
};

interface Versioned {
  readonly content: string;
  /** Changes with the content. An address that has it is asked for only once. */
  readonly version: string;
  readonly type: string;
}

/** Sends a file that pages load, or says that the browser has it already. */
export function sendVersioned(request: FastifyRequest, reply: FastifyReply, { content, version, type }: Versioned): FastifyReply {
  const etag = `"${version}"`;
  reply
    .removeHeader('pragma')
    .removeHeader('expires')
    .header('cache-control', textMember(request.query, 'v') === version ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', etag);
  const known = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return known ? reply.code(304).send() : reply.header('content-type', type).send(content);
}

/** A file that pages load: its address, relative to the page of a request, and its route. */
function asset(name: string, embedded: string, type: string) {
  const content = pages[embedded] ?? '';
  const version = createHash('sha256').update(content).digest('base64url').slice(0, 16);
  const addressOf = (request: FastifyRequest): string => `${folderFrom(request)}${name}?v=${version}`;
  const route: Endpoint = (app) => {
    app.get(`/${name}`, (request, reply) => sendVersioned(request, reply, { content, version, type }));
  };
  return { addressOf, route };
}

/** The style sheet of every page. */
export const { addressOf: stylesheetOf, route: style } = asset('style.css', 'signon.css', 'text/css; charset=utf-8');

/** The script of the page that asks for a passkey: no other page has one. */
export const { addressOf: passkeyScriptOf, route: passkeyScript } = asset('passkey.js', 'passkey.js', 'text/javascript; charset=utf-8');
