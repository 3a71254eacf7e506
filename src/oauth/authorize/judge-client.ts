import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import { OAuthError } from '../../pingone/errors.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { type Check, check, failed } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { matchRedirectUri } from '../../protocol/redirect-uri.js';
import { resolveParameters } from './open-request.js';

/** Who asks, and where the answer may go: nothing else may be said to anybody before both are right. */
export type JudgedClient = {
  readonly checks: readonly Check[];
  readonly parameters: AuthorizationParameters;
  /** The transaction that a pushed request began. */
  readonly transactionId?: string | undefined;
} & (
  | { readonly refused: OAuthError; readonly application?: Application }
  | {
      readonly refused?: undefined;
      readonly application: Application;
      readonly redirectUri: string | undefined;
      /** What was found when `request` and `request_uri` were looked into; where it is bad, the rest is not known either. */
      readonly resolving: readonly Check[];
    }
);

export interface ClientToJudge {
  readonly parameters: AuthorizationParameters;
  /** Names of parameters that came more than once. */
  readonly repeated: readonly string[];
  readonly issuer: string;
  /** The request is being pushed (RFC 9126). */
  readonly pushing?: boolean;
}

const refusalOf = (checks: readonly Check[]): OAuthError | undefined => {
  const check = failed(checks);
  return check && new OAuthError(check.rule, checks);
};

/** What a teaching note of PingOne sends with `pi.flow` in place of a redirect URI. */
const redirectless = 'urn:pingidentity:redirectless';

function checkRedirectUri({ redirectUris, wildcardRedirectUris }: Client, { redirectUri, responseMode }: AuthorizationParameters): Check {
  const mayBeAbsent = responseMode === 'pi.flow';
  if (redirectUri === undefined || (mayBeAbsent && redirectUri === redirectless)) return check('redirect_uri_present', mayBeAbsent);
  return check('redirect_uri_registered', matchRedirectUri(redirectUri, redirectUris, { wildcards: wildcardRedirectUris }) !== undefined, {
    expected: redirectUris.join(' or ') || 'no redirect URI is registered',
    got: redirectUri,
  });
}

/** The application of a client_id, as far as it is an OAuth client. */
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
  checks.push(check('authorize_client_known', application !== undefined, { got: clientId }));
  if (!application) return { checks, parameters, refused: refusalOf(checks) as OAuthError };
  checks.push(check('authorize_client_enabled', application.enabled));

  // The redirect_uri may stand inside: that has to be opened first. Who sent nothing good outside is told on a page.
  const resolved = await resolveParameters(environment, application, asked);
  if (failed(resolved.checks) && parameters.redirectUri === undefined && parameters.responseMode !== 'pi.flow')
    checks.push(...resolved.checks);
  checks.push(checkRedirectUri(toClient(application), resolved.parameters));
  const refused = refusalOf(checks);
  const { parameters: found, checks: resolving, transactionId } = resolved;
  if (refused) return { checks, parameters: found, application, transactionId, refused };
  return { checks, application, parameters: found, redirectUri: found.redirectUri, resolving, transactionId };
}
