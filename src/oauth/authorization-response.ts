import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendPingOneError } from '../answers.js';
import type { ResponseMode } from '../core/authorization-request.js';
import { OAuthError, type PingOneError } from '../pingone/errors.js';
import { formPostPage } from '../pingone/form-post.js';

/** Where an authorization response goes. */
export interface ResponseTarget {
  readonly mode: ResponseMode;
  readonly redirectUri: string;
}

/** A redirect URI with parameters added to its query or its fragment (RFC 6749 §4.1.2, §4.2.2). */
export function withParameters(redirectUri: string, mode: 'query' | 'fragment', parameters: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(parameters).toString();
  if (mode === 'fragment') return `${redirectUri}#${added}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${added}`;
}

/** Answers the client through the browser: by a redirect, or by a page that posts itself. */
export function sendToClient(
  reply: FastifyReply,
  { mode, redirectUri }: ResponseTarget,
  parameters: Readonly<Record<string, string>>,
): FastifyReply {
  if (mode === 'form_post') {
    const { html, contentSecurityPolicy } = formPostPage(redirectUri, parameters);
    return reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(html);
  }
  return reply
    .code(302)
    .header('location', withParameters(redirectUri, mode === 'fragment' ? 'fragment' : 'query', parameters))
    .send();
}

/** An error that the client may be told through the browser (RFC 6749 §4.1.2.1). */
export function sendErrorToClient(
  request: FastifyRequest,
  reply: FastifyReply,
  target: ResponseTarget,
  error: OAuthError,
  state: string | undefined,
): FastifyReply {
  return sendToClient(reply, target, { ...error.body(request.id), ...(state !== undefined && { state }) });
}

const wantsJson = (request: FastifyRequest): boolean => /^\s*application\/(hal\+)?json\b/i.test(request.headers.accept ?? '');

/**
 * An error that must not go to the client, since client or redirect_uri are not known to be right: a page of the
 * sign-on application, or PingOne's JSON for whom a page is of no use (docs/fidelity.md, 3.6).
 */
export function sendUnredirectable(
  request: FastifyRequest,
  reply: FastifyReply,
  baseUrl: string,
  error: OAuthError | PingOneError,
  { json = false }: { json?: boolean } = {},
): FastifyReply {
  const refused = error instanceof OAuthError ? error.toPingOne() : error;
  if (json || wantsJson(request)) return sendPingOneError(request, reply, refused);
  return reply
    .code(302)
    .header('location', `${baseUrl}/signon/?error=${encodeURIComponent(JSON.stringify(refused.envelope(request.id)))}`)
    .send();
}
