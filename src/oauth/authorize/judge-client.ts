import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { type Check, check, type Decision, decideByAll, failed, refuse } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { matchRedirectUri } from '../../protocol/redirect-uri.js';
import { resolveParameters } from './open-request.js';

/** Who asks, and where the answer may go: until both are right, nothing may be said to anyone. */
export interface JudgedClient {
  readonly decision: Decision<AcceptedClient>;
  /** What the request asks for, as far as it could be resolved. */
  readonly parameters: AuthorizationParameters;
  readonly application?: Application | undefined;
  /** The transaction that a pushed request began. */
  readonly transactionId?: string | undefined;
}

export interface AcceptedClient {
  readonly application: Application;
  readonly redirectUri: string | undefined;
  /** The checks of `request` and `request_uri`; if one failed, the other parameters are unknown. */
  readonly resolving: readonly Check[];
}

export interface ClientToJudge {
  readonly parameters: AuthorizationParameters;
  /** Names of parameters that were sent more than once. */
  readonly repeated: readonly string[];
  readonly issuer: string;
  /** The request is being pushed (RFC 9126). */
  readonly pushing?: boolean;
}

/** What a tutorial by PingOne sends with `pi.flow` in place of a redirect URI. */
const redirectless = 'urn:pingidentity:redirectless';

function checkRedirectUri({ redirectUris, wildcardRedirectUris }: Client, { redirectUri, responseMode }: AuthorizationParameters): Check {
  const mayBeAbsent = responseMode === 'pi.flow';
  if (redirectUri === undefined || (mayBeAbsent && redirectUri === redirectless)) return check('redirect_uri_present', mayBeAbsent);
  return check('redirect_uri_registered', matchRedirectUri(redirectUri, redirectUris, { wildcards: wildcardRedirectUris }) !== undefined, {
    expected: redirectUris.join(' or ') || 'no redirect URI is registered',
    got: redirectUri,
  });
}

/** The application of a client_id, if it is an OAuth client. */
export async function findClient({ store }: Environment, clientId: string | undefined): Promise<Application | undefined> {
  const application = clientId === undefined ? undefined : await store.applications.get(clientId);
  return application?.protocol === 'OPENID_CONNECT' && application.grantTypes ? application : undefined;
}

/** Judges client_id and redirect_uri (RFC 6749 §4.1.2.1: an error of these two never goes to the redirect_uri). */
export async function judgeClient(environment: Environment, asked: ClientToJudge): Promise<JudgedClient> {
  const { parameters, repeated } = asked;
  const { clientId } = parameters;
  const checks: Check[] = [];
  const twice = ['client_id', 'redirect_uri'].find((name) => repeated.includes(name));
  if (twice) checks.push(check('authorize_parameter_once', false, { got: twice }));
  checks.push(check('client_id_present', clientId !== undefined));
  const application = await findClient(environment, clientId);
  if (!application) return { decision: refuse('authorize_client_known', { got: clientId }, checks), parameters };
  checks.push(check('authorize_client_known', true, { got: clientId }), check('authorize_client_enabled', application.enabled));

  // The redirect_uri may be in the request object, which is resolved first. Without a usable one outside, its errors go to a page.
  const resolved = await resolveParameters(environment, application, asked);
  const { parameters: found, checks: resolving, transactionId } = resolved;
  if (failed(resolving) && parameters.redirectUri === undefined && parameters.responseMode !== 'pi.flow') checks.push(...resolving);
  checks.push(checkRedirectUri(toClient(application), found));
  const decision = decideByAll(checks, { application, redirectUri: found.redirectUri, resolving });
  return { decision, parameters: found, application, transactionId };
}
