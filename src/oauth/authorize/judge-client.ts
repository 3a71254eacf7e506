import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import { definePart } from '../../environment/plan/part.js';
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

const isRegistered = (redirectUri: string, { redirectUris, wildcardRedirectUris: wildcards }: Client): Check =>
  check('redirect_uri_registered', matchRedirectUri(redirectUri, redirectUris, { wildcards }) !== undefined, {
    expected: redirectUris.join(' or ') || 'no redirect URI is registered',
    got: redirectUri,
  });

function checkRedirectUri({ client, registeredAsIs }: ClientPlan, { redirectUri, responseMode }: AuthorizationParameters): Check {
  const mayBeAbsent = responseMode === 'pi.flow';
  if (redirectUri === undefined || (mayBeAbsent && redirectUri === redirectless)) return check('redirect_uri_present', mayBeAbsent);
  return registeredAsIs.get(redirectUri) ?? isRegistered(redirectUri, client);
}

/** A client, with the checks of its requests that depend on nothing else. */
interface ClientPlan {
  readonly application: Application;
  readonly client: Client;
  readonly known: readonly Check[];
  /** The check of each redirect URI that requests may repeat to the character. */
  readonly registeredAsIs: ReadonlyMap<string, Check>;
}

const clientPlan = definePart<{ readonly plan?: ClientPlan }>(async (environment, clientId) => {
  const application = await findClient(environment, clientId);
  if (!application) return {};
  const client = toClient(application);
  const asItIs = client.redirectUris.filter((uri) => matchRedirectUri(uri, [uri]) !== undefined);
  return {
    plan: {
      application,
      client,
      known: [
        check('client_id_present', true),
        check('authorize_client_known', true, { got: clientId }),
        check('authorize_client_enabled', application.enabled),
      ],
      registeredAsIs: new Map(asItIs.map((uri) => [uri, isRegistered(uri, client)])),
    },
  };
});

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
  const { plan } = clientId === undefined ? {} : await clientPlan(environment, clientId);
  checks.push(...(plan?.known ?? [check('client_id_present', clientId !== undefined)]));
  if (!plan) return { decision: refuse('authorize_client_known', { got: clientId }, checks), parameters };
  const { application } = plan;

  // The redirect_uri may be in the request object, which is resolved first. Without a usable one outside, its errors go to a page.
  const resolved = await resolveParameters(environment, application, asked);
  const { parameters: found, checks: resolving, transactionId } = resolved;
  if (failed(resolving) && parameters.redirectUri === undefined && parameters.responseMode !== 'pi.flow') checks.push(...resolving);
  checks.push(checkRedirectUri(plan, found));
  const decision = decideByAll(checks, { application, redirectUri: found.redirectUri, resolving });
  return { decision, parameters: found, application, transactionId };
}
