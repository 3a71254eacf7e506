import { createHash } from 'node:crypto';
import { pages } from '../embedded.js';
import { type Endpoint, environmentOf } from '../environment/context.js';

const script = pages['check-session.js'] ?? '';
const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Session</title></head><body><script>${script}</script></body></html>`;
const hash = createHash('sha256').update(script).digest('base64');

/** The OP iframe (OpenID Connect Session Management 1.0 §3.3). Only this page has no X-Frame-Options, since applications frame it. */
export const checksession: Endpoint = (app, context) => {
  app.get('/checksession', (request, reply) => {
    environmentOf(context, request);
    return reply
      .removeHeader('x-frame-options')
      .header('content-security-policy', `default-src 'none'; script-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors *`)
      .header('content-type', 'text/html; charset=utf-8')
      .send(page);
  });
};
