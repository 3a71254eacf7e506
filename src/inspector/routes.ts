import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerControlError } from '../control/control-error.js';
import { refuseStrangers } from '../control/safety.js';
import { pages } from '../embedded.js';
import type { Context, Endpoint } from '../environment/context.js';
import { type Asset, assetNamed, etagMatches, takesGzip, toAsset } from './assets.js';

interface Screen {
  readonly title: string;
  /** What the script calls it. */
  readonly name: string;
  /** Its place in the menu: where it leads, as seen from /__mock/. */
  readonly link?: string;
}

/** The screens, by path below /__mock. All have one shell, which the script fills. */
const screens: Readonly<Record<string, Screen>> = {
  '/': { title: 'Setup', name: 'setup', link: '' },
  '/live': { title: 'Live', name: 'live', link: 'live' },
  '/tx/:transactionId': { title: 'Transaction', name: 'live' },
  '/lab': { title: 'Attack lab', name: 'lab', link: 'lab' },
  '/tokens': { title: 'Tokens', name: 'tokens', link: 'tokens' },
  '/pkce': { title: 'PKCE calculator', name: 'calculator', link: 'pkce' },
  '/state': { title: 'State', name: 'state', link: 'state' },
  '/callback': { title: 'Back from the sign-on', name: 'callback' },
};

/** No markup is ever made of a text, and nothing runs or is fetched but what this server itself has. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** The way back from a page to /__mock/: relative, so that it holds behind any proxy. */
const rootOf = (path: string): string => (path.split('/').length > 2 ? '../' : './');

const shellOf = (path: string): string => {
  const { title, name } = screens[path] as Screen;
  const root = rootOf(path);
  const menu = Object.values(screens)
    .filter(({ link }) => link !== undefined)
    .map((each) => `<a href="${root}${each.link}"${each.name === name ? ' aria-current="page"' : ''}>${each.title}</a>`)
    .join('');
  return (pages['inspector.html'] ?? '')
    .replaceAll('{{root}}', root)
    .replaceAll('{{title}}', title)
    .replaceAll('{{screen}}', name)
    .replace('{{menu}}', menu);
};

const sendText = (request: FastifyRequest, reply: FastifyReply, { type, text, gzipped }: Asset): FastifyReply => {
  reply.header('content-type', type).header('vary', 'accept-encoding');
  return takesGzip(request.headers['accept-encoding']) ? reply.header('content-encoding', 'gzip').send(gzipped()) : reply.send(text);
};

/** Serves what the inspector is made of. Its address stays, so a browser asks each time whether it has changed. */
const sendAsset = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const asset = assetNamed((request.params as { '*': string })['*']);
  if (!asset) return reply.code(404).header('content-type', 'text/plain; charset=utf-8').send('There is no such file.\n');
  // What is encoded otherwise is another representation, and has a tag of its own (RFC 9110 §8.8.3).
  const etag = takesGzip(request.headers['accept-encoding']) ? `${asset.etag.slice(0, -1)}-gzip"` : asset.etag;
  reply
    .removeHeader('pragma')
    .removeHeader('expires')
    .header('cache-control', 'no-cache')
    .header('referrer-policy', 'no-referrer')
    .header('vary', 'accept-encoding')
    .header('etag', etag);
  if (etagMatches(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return sendText(request, reply, asset);
};

/** Where the inspector begins, with the path of the base URL before it, if that has one. */
const setupPath = ({ origin }: Context, request: FastifyRequest): string => new URL(`${origin(request)}/__mock/`).pathname;

/** The inspector: pages that show, live, what the server recorded, computed and decided (inspector, C.4). */
export const inspector: Endpoint = (app, context) => {
  if (!context.settings.inspector) return;
  app.setErrorHandler(answerControlError);
  refuseStrangers(app, context);
  for (const path of Object.keys(screens)) {
    const shell = toAsset('shell.html', shellOf(path));
    const send = (request: FastifyRequest, reply: FastifyReply) => sendText(request, reply.headers(pageHeaders), shell);
    app.get(path, path === '/' ? { prefixTrailingSlash: 'slash' } : {}, send);
  }
  // Relative addresses in the page need the slash.
  app.get('/', { prefixTrailingSlash: 'no-slash' }, (request, reply) => reply.redirect(setupPath(context, request)));
  app.get('/assets/*', sendAsset);
};

/** Who opens the bare address in a browser gets to see what runs there. */
export const home: Endpoint = (app, context) => {
  if (context.settings.inspector) app.get('/', (request, reply) => reply.redirect(setupPath(context, request)));
};
