import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { sendPingOneError, sendRedirect } from '../../http/answers.js';
import { OAuthError, type PingOneError } from '../../pingone/errors.js';
import type { AuthorizationRequest, ResponseMode } from '../../protocol/authorization-request.js';
import { signOnPage } from '../../signon/sign-on-page.js';
import { formPostPage } from './form-post.js';

/** Where an authorization response goes, when it goes through the browser. */
export interface ResponseTarget {
  readonly mode: Exclude<ResponseMode, 'pi.flow'>;
  readonly redirectUri: string;
}

/** The target of a valid request; undefined under `pi.flow`, where the answer is the body. */
export const targetOf = ({
  responseMode,
  redirectUri,
}: Pick<AuthorizationRequest, 'responseMode' | 'redirectUri'>): ResponseTarget | undefined =>
  responseMode === 'pi.flow' || redirectUri === undefined ? undefined : { mode: responseMode, redirectUri };

/** What is the same in a query. */
const isPlain = /^[\w.-]*$/;

/** Parameters as a query, which most of them need no encoding for. */
function toQuery(parameters: Readonly<Record<string, string>>): string {
  let query = '';
  for (const name of Object.keys(parameters)) {
    const value = parameters[name] as string;
    if (!isPlain.test(value)) return new URLSearchParams(parameters).toString();
    query += query === '' ? `${name}=${value}` : `&${name}=${value}`;
  }
  return query;
}

/** A redirect URI with parameters added to its query or its fragment (RFC 6749 §4.1.2, §4.2.2). */
export function withParameters(redirectUri: string, mode: 'query' | 'fragment', parameters: Readonly<Record<string, string>>): string {
  const added = toQuery(parameters);
  if (added === '') return redirectUri;
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
  return sendRedirect(reply, withParameters(redirectUri, mode, parameters));
}

/** Sends a refusal to the client (RFC 6749 §4.1.2.1); under `pi.flow` in the body. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  target: ResponseTarget | undefined,
  error: OAuthError,
  state: string | undefined,
): FastifyReply {
  if (!target) return sendPingOneError(request, reply, error.toPingOne());
  return sendToClient(reply, target, { ...error.body(request.id), ...(state !== undefined && { state }) });
}

const wantsJson = (request: FastifyRequest): boolean => /^\s*application\/(hal\+)?json\b/i.test(request.headers.accept ?? '');

interface Unredirectable {
  readonly baseUrl: string;
  /** The application whose own sign-on page is used, if it has one. */
  readonly application?: Application | undefined;
  /** The caller reads JSON, whatever its Accept header says. */
  readonly json?: boolean;
}

/**
 * Sends an error that must not go to the redirect_uri, since it or the client is wrong: to a page of the sign-on
 * application, or as PingOne's JSON to a caller without use for a page (docs/fidelity.md, 3.6).
 */
export function sendUnredirectable(
  request: FastifyRequest,
  reply: FastifyReply,
  environment: Environment,
  error: OAuthError | PingOneError,
  { baseUrl, application, json = false }: Unredirectable,
): FastifyReply {
  const refused = error instanceof OAuthError ? error.toPingOne() : error;
  if (json || wantsJson(request)) return sendPingOneError(request, reply, refused);
  const text = JSON.stringify(refused.envelope(request.id));
  return sendRedirect(reply, signOnPage(environment, application, { baseUrl, error: text }));
}
