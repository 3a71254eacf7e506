import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import type { Session } from '../environment/model/lifetimes.js';
import { findSession } from '../environment/sessions.js';
import { beginCookies, endCookies, readSessionToken } from './session-cookies.js';
import { browserStateCookie, endBrowserStateCookie, hasBrowserState } from './session-state.js';

/** The session of the browser that sent a request. */
export const sessionOf = (environment: Environment, request: FastifyRequest): Promise<Session | undefined> =>
  findSession(environment, readSessionToken(request.headers.cookie));

/** Sets the cookies of a session. */
export function sendSession(
  context: Context,
  environment: Environment,
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
): void {
  const { id, expiresAt, token } = session;
  if (hasBrowserState(request.headers.cookie)) sendBrowserState(context, environment, request, reply, id);
  const isPersistent = !environment.record.useNonPersistentSessionTokenCookie;
  const lifetime = { now: environment.clock.now(), expiresAt, isPersistent };
  reply.header('set-cookie', beginCookies(token, lifetime, context.cookieScope(request, environment)));
}

/** Clears the session cookies. */
export function clearSession(context: Context, environment: Environment, request: FastifyRequest, reply: FastifyReply): void {
  const input = context.cookieScope(request, environment);
  reply.header('set-cookie', endCookies(input));
  if (hasBrowserState(request.headers.cookie)) reply.header('set-cookie', endBrowserStateCookie(input));
}

/** Sets the cookie by which the OP iframe knows the browser's session (OpenID Connect Session Management §3.2). */
export function sendBrowserState(
  context: Context,
  environment: Environment,
  request: FastifyRequest,
  reply: FastifyReply,
  sessionId: string,
): void {
  reply.header('set-cookie', browserStateCookie(sessionId, context.cookieScope(request, environment)));
}
