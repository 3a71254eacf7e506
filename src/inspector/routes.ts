import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerControlError, ControlError } from '../control/control-error.js';
import { refuseForeignOrigins } from '../control/same-origin.js';
import { inspectorPages as pages } from '../embedded-inspector.js';
import type { Endpoint } from '../environment/context.js';
import { formOf } from '../http/bodies.js';
import { object, secret, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { type Asset, assetNamed, etagMatches, takesGzip, toAsset } from './assets.js';
import { setupPath } from './home.js';

interface Screen {
  readonly title: string;
  /** Its name in the script; screens of one name share a menu entry. */
  readonly name: string;
  /** Where its menu entry leads, relative to /__mock/; without one it is not in the menu. */
  readonly link?: string;
  /** The screen whose menu entry is marked as the current one, if it is not that of the same name. */
  readonly under?: string;
  /** Whether it has a style of its own, which only it loads: NAME.css. */
  readonly styled?: boolean;
}

/** The screens, by path below /__mock. They share one HTML shell, which the script fills. */
const screens: Readonly<Record<string, Screen>> = {
  '/': { title: 'Setup', name: 'setup', link: '' },
  '/playground': { title: 'Playground', name: 'playground', link: 'playground' },
  '/live': { title: 'Live', name: 'live', link: 'live' },
  '/tx/:transactionId': { title: 'Transaction', name: 'live' },
  '/lab': { title: 'Attack lab', name: 'lab', link: 'lab' },
  '/lab/sheet': { title: 'Worksheet', name: 'sheet', under: 'lab' },
  '/lab/:exercise': { title: 'Attack lab', name: 'lab' },
  '/tokens': { title: 'Tokens', name: 'tokens', link: 'tokens' },
  '/pkce': { title: 'PKCE calculator', name: 'calculator', link: 'pkce' },
  '/state': { title: 'State', name: 'state', link: 'state' },
  '/checkup': { title: 'Checkup', name: 'checkup', link: 'checkup', styled: true },
  '/callback': { title: 'Back from the sign-on', name: 'callback' },
};

/** The exercises of the lab are at /lab/1 to this number; their contents are in pages/exercises.js. */
export const exerciseCount = 11;

/** An exercise that the lab does not have: browsers get a page that says so, other clients the mock's own error. */
const refuseExercise = ({ headers, method, url }: FastifyRequest, reply: FastifyReply): void => {
  reply.code(404);
  if (/\btext\/html\b/.test(headers.accept ?? '')) return;
  const fix = `the exercises are /__mock/lab/1 to /__mock/lab/${exerciseCount}`;
  throw new ControlError(404, 'path_unknown', `there is nothing at ${method} ${url}`, fix);
};

const isExercise = (name: string): boolean => /^\d{1,3}$/.test(name) && Number(name) >= 1 && Number(name) <= exerciseCount;

/** Only this server's own scripts, styles and data; no string ever becomes markup. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** The way from a page back to /__mock/: relative, so that it works behind any proxy. */
const rootOf = (path: string): string => (path.split('/').length > 2 ? '../' : './');

const shellOf = (path: string): string => {
  const { title, name, under = name, styled } = screens[path] as Screen;
  const root = rootOf(path);
  const menu = Object.values(screens)
    .filter(({ link }) => link !== undefined)
    .map(
      (each) =>
        `<a href="${root}${each.link}"${each.name === under ? ' aria-current="page"' : ''} data-title="${each.title}">${each.title}</a>`,
    )
    .join('');
  return (pages['inspector.html'] ?? '')
    .replaceAll('{{root}}', root)
    .replace('{{style}}', styled ? `<link rel="stylesheet" href="${root}assets/${name}.css">\n` : '')
    .replaceAll('{{title}}', title)
    .replaceAll('{{screen}}', name)
    .replace('{{menu}}', menu);
};

const sendText = (request: FastifyRequest, reply: FastifyReply, { type, text, gzipped }: Asset): FastifyReply => {
  reply.header('content-type', type).header('vary', 'accept-encoding');
  return takesGzip(request.headers['accept-encoding']) ? reply.header('content-encoding', 'gzip').send(gzipped()) : reply.send(text);
};

/** Serves an asset. The URL has no version, so browsers must revalidate it each time. */
const sendAsset = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const asset = assetNamed(textMember(request.params, '*') ?? '');
  if (!asset) return reply.code(404).header('content-type', 'text/plain; charset=utf-8').send('There is no such file.\n');
  // Each content coding needs an ETag of its own (RFC 9110 §8.8.3).
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

/** In bytes: a code and two tokens are a tenth of it. */
const largestAnswer = 65_536;

/** The parameters of a callback; the first three are secret. */
const authorizationResponse = object({}, { code: secret(string), access_token: secret(string), id_token: secret(string), state: string });

/** The inspector: pages that show live what the server received, computed and decided. */
export const inspector: Endpoint = (app, context) => {
  const { inspector: shown, admin } = context.settings;
  app.setErrorHandler(answerControlError);
  app.setNotFoundHandler(({ method, url }) => {
    const pages = shown ? Object.keys(screens).map((path) => `/__mock${path}`) : [];
    const list = [...pages, ...(admin ? ['/__mock/v1 (GET /__mock/v1/openapi.json lists its paths)'] : [])].join(', ');
    throw new ControlError(
      404,
      'path_unknown',
      `there is nothing at ${method} ${url}`,
      list === '' ? 'the inspector and the control API are off' : `the addresses are ${list}`,
    );
  });
  if (!shown) return;
  refuseForeignOrigins(app, context);
  for (const path of Object.keys(screens)) {
    const shell = toAsset('shell.html', shellOf(path));
    const send = (request: FastifyRequest, reply: FastifyReply) => {
      const exercise = textMember(request.params, 'exercise');
      if (exercise !== undefined && !isExercise(exercise)) refuseExercise(request, reply);
      return sendText(request, reply.headers(pageHeaders), shell);
    };
    app.get(path, path === '/' ? { prefixTrailingSlash: 'slash' } : {}, send);
  }
  // The page's relative URLs need the slash.
  app.get('/', { prefixTrailingSlash: 'no-slash' }, (request, reply) => reply.redirect(setupPath(context, request)));
  app.get('/assets/*', sendAsset);
  // `response_mode=form_post`: the script reads the answer from the fragment, which goes to no server.
  app.post('/callback', { bodyLimit: largestAnswer, config: { parameters: authorizationResponse } }, (request, reply) => {
    const answer = new URLSearchParams();
    for (const [name, value] of Object.entries(formOf(request))) if (typeof value === 'string') answer.set(name, value);
    return reply.redirect(`callback#${answer}`, 303);
  });
};
