import type { Environment } from '../environment/context.js';
import { type Application, toClient } from '../environment/model/application.js';
import type { Session } from '../environment/model/lifetimes.js';
import { type Check, check } from '../protocol/check.js';
import { audienceNames } from '../protocol/jwt.js';
import { findClient } from './authorize/judge-client.js';
import { readIdToken } from './tokens/id-token.js';

/** A request to end a session (OpenID Connect RP-Initiated Logout §2). */
export interface SignOffRequest {
  readonly idTokenHint?: string | undefined;
  readonly clientId?: string | undefined;
  readonly postLogoutRedirectUri?: string | undefined;
  readonly state?: string | undefined;
}

/** The checks of a request to end a session. */
export interface JudgedSignOff {
  readonly checks: readonly Check[];
  readonly application?: Application | undefined;
  /** The session that the hint names. */
  readonly sessionId?: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Judges hint and client_id, each by itself and together; they name the application. */
async function judgeApplication(
  environment: Environment,
  { idTokenHint, clientId }: SignOffRequest,
  { issuer, session }: { issuer: string; session: Session | undefined },
): Promise<JudgedSignOff> {
  const checks: Check[] = [];
  const claims = idTokenHint === undefined ? undefined : await readIdToken(environment, idTokenHint);
  if (idTokenHint !== undefined) {
    checks.push(check('id_token_hint_signature', claims !== undefined));
    if (!claims) return { checks };
    // Signed by this server, under whatever name it was known then.
    const ok = audienceNames(claims.iss, { issuer, environmentId: environment.id, servesHost: () => true });
    checks.push(check('id_token_hint_issuer', ok, { expected: issuer, got: text(claims.iss) }));
  }
  const application = await findClient(environment, text(claims?.aud) ?? clientId);
  if (claims) checks.push(check('id_token_hint_audience', application?.enabled === true, { got: text(claims.aud) }));
  else if (clientId !== undefined) checks.push(check('sign_off_client', application?.enabled === true, { got: clientId }));
  if (claims && clientId !== undefined)
    checks.push(check('id_token_hint_client', claims.aud === clientId, { expected: text(claims.aud), got: clientId }));
  const userId = text(claims?.['p1.userId']) ?? text(claims?.sub);
  if (claims && session) checks.push(check('id_token_hint_user', userId === session.userId, { expected: session.userId, got: userId }));
  return { checks, application, sessionId: text(claims?.sid) };
}

/** URI and state together must have fewer characters (docs/fidelity.md, 7.4). */
const longest = 8192;

/** Judges where the browser may go afterwards: to what the application registered, or any application if none is named. */
async function judgeDestination(
  { store }: Environment,
  { postLogoutRedirectUri, state = '' }: SignOffRequest,
  application: Application | undefined,
): Promise<Check[]> {
  if (postLogoutRedirectUri === undefined) return [];
  const applications = application ? [application] : await store.applications.list();
  const registered = applications.filter(({ enabled }) => enabled).flatMap((candidate) => toClient(candidate).postLogoutRedirectUris);
  return [
    check('post_logout_redirect_uri_registered', registered.includes(postLogoutRedirectUri), {
      expected: [...new Set(registered)].join(' or ') || 'no post logout redirect URI is registered',
      got: postLogoutRedirectUri.slice(0, 500),
    }),
    check('post_logout_length', postLogoutRedirectUri.length + state.length < longest, { expected: `less than ${longest} characters` }),
  ];
}

interface Place {
  readonly issuer: string;
  /** The session of the browser. */
  readonly session: Session | undefined;
}

/** Judges a sign-off by the browser's own session (docs/fidelity.md, 7.4). */
export async function judgeSignOff(environment: Environment, asked: SignOffRequest, place: Place): Promise<JudgedSignOff> {
  const judged = await judgeApplication(environment, asked, place);
  return { ...judged, checks: [...judged.checks, ...(await judgeDestination(environment, asked, judged.application))] };
}

/** Judges a sign-off by ID token alone, for applications that may use it (docs/fidelity.md, 7.4: `idpSignoff`). */
export async function judgeIdpSignOff(environment: Environment, asked: SignOffRequest, issuer: string): Promise<JudgedSignOff> {
  const present: Check = check('id_token_hint_present', asked.idTokenHint !== undefined);
  if (!present.ok) return { checks: [present] };
  const judged = await judgeApplication(environment, asked, { issuer, session: undefined });
  const allowed: Check = check('idp_sign_off_allowed', judged.application?.idpSignoff === true);
  const destination = await judgeDestination(environment, asked, judged.application);
  return { ...judged, checks: [present, ...judged.checks, allowed, ...destination] };
}
