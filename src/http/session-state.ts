import { hash } from 'node:crypto';
import type { CookieScope } from '../environment/public-urls.js';

/** OpenID Connect Session Management 1.0: how a page notices that the browser's session has changed. */

const cookieName = 'OP-BROWSER-STATE';

const sha256 = (text: string): string => hash('sha256', text);

/** The browser state of a session (§3.2). Scripts can read it, so it does not reveal the session's cookie. */
const browserState = (sessionId: string): string => sha256(`browser state ${sessionId}`).slice(0, 32);

/** `session_state` of an authorization response (§3.2). The script of the OP iframe computes the same value. */
export const sessionState = (input: { clientId: string; origin: string; sessionId: string; salt: string }): string =>
  `${sha256(`${input.clientId} ${input.origin} ${browserState(input.sessionId)} ${input.salt}`)}.${input.salt}`;

/** Whether a browser takes part: only after it was given a `session_state` does it have this cookie. */
export const hasBrowserState = (cookieHeader: string | undefined): boolean =>
  cookieHeader?.includes(cookieName) === true && cookieHeader.split(';').some((pair) => pair.trim().startsWith(`${cookieName}=`));

const attributes = ({ path, secure }: CookieScope): string =>
  secure ? `Path=${path}; Secure; SameSite=None` : `Path=${path}; SameSite=Lax`;

/** Not HttpOnly: the OP iframe has to read it. */
export const browserStateCookie = (sessionId: string, input: CookieScope): string =>
  `${cookieName}=${browserState(sessionId)}; ${attributes(input)}`;

export const endBrowserStateCookie = (input: CookieScope): string =>
  `${cookieName}=; ${attributes(input)}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
