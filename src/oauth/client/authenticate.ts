import { applicationSecrets } from '../../configuration/applications/applications.js';
import { diagnoseClientAuthentication } from '../../diagnosis/client.js';
import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import type { Resource } from '../../environment/model/configuration.js';
import { livingSecrets } from '../../environment/secrets.js';
import { toSeconds } from '../../lib/clock.js';
import type { Check } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { checkClientAssertion } from '../../protocol/client-assertion.js';
import { checkClientAuthentication, mayAssert, type PresentedClient, readClient } from '../../protocol/client-authentication.js';
import { readJwt } from '../../protocol/jwt.js';
import type { Diagnosis } from '../../protocol/mistakes/index.js';
import { type ClientKeys, clientKeys } from './keys.js';

export interface AuthenticatedClient {
  readonly checks: readonly Check[];
  /** Absent where there is no such application. */
  readonly application?: Application | undefined;
  readonly client?: Client | undefined;
  /** Why it was refused, where it was. */
  readonly diagnosis?: Diagnosis | undefined;
}

/** The members of a request body that may name or prove the client. */
export interface ClientParameters {
  client_id?: string;
  client_secret?: string;
  client_assertion?: string;
  client_assertion_type?: string;
}

/** What is called, and under which name: what an assertion must be meant for. */
export interface CalledEndpoint {
  readonly issuer: string;
  /** The last part of its path, as `token`. */
  readonly endpoint: string;
}

/** What a client can be proven with. */
interface OwnMeans {
  readonly secrets: readonly string[];
  readonly keys?: ClientKeys | undefined;
}

/** Judges what was presented, an assertion among it, against what the client owns. */
async function judge(
  { id: environmentId, clock }: Environment,
  presented: PresentedClient,
  client: Client | undefined,
  called: CalledEndpoint,
  { secrets, keys }: OwnMeans,
): Promise<Check[]> {
  const { assertion } = presented;
  if (!assertion || !client || !mayAssert(presented, client)) return checkClientAuthentication(presented, client, secrets);
  const asserted = await checkClientAssertion(assertion, {
    ...called,
    clientId: client.id,
    environmentId,
    now: toSeconds(clock.now()),
    // Each method by its own means alone: a secret never verifies what a key should have signed.
    own: client.authenticationMethod === 'client_secret_jwt' ? { secrets, keys: [] } : { secrets: [], keys: keys?.keys ?? [] },
    problem: keys?.problem,
  });
  return checkClientAuthentication(presented, client, secrets, asserted);
}

/** Who sent a request to the token endpoint or its siblings, and whether it is proven (RFC 6749 §2.3). */
export async function authenticateClient(
  environment: Environment,
  authorization: string | undefined,
  body: ClientParameters,
  called: CalledEndpoint,
): Promise<AuthenticatedClient> {
  const presented = readClient(authorization, body);
  const application = presented.clientId === undefined ? undefined : await environment.store.applications.get(presented.clientId);
  // PingOne's own applications (portal, console) are no OAuth clients of anybody else.
  const client = application?.protocol === 'OPENID_CONNECT' && application.grantTypes ? toClient(application) : undefined;
  const method = client?.authenticationMethod ?? 'none';
  const means: OwnMeans = {
    secrets: client && method !== 'none' ? await applicationSecrets(environment, client.id, environment.clock.now()) : [],
    keys:
      application && method === 'private_key_jwt'
        ? await clientKeys(environment, application, readJwt(body.client_assertion ?? '')?.kid)
        : undefined,
  };
  const checks = await judge(environment, presented, client, called, means);
  return { checks, application, client, diagnosis: await diagnoseClientAuthentication(environment, presented, application, checks) };
}

/** A resource as a client: it may do nothing but introspect, by its own method (docs/fidelity.md, 7.2). */
const toResourceClient = ({ id, name, introspectEndpointAuthMethod = 'CLIENT_SECRET_BASIC' }: Resource): Client => ({
  id,
  name,
  enabled: true,
  type: 'RESOURCE',
  grantTypes: [],
  responseTypes: [],
  authenticationMethod: introspectEndpointAuthMethod.toLowerCase() as Client['authenticationMethod'],
  pkceEnforcement: 'OPTIONAL',
  redirectUris: [],
  wildcardRedirectUris: false,
  postLogoutRedirectUris: [],
});

/** The custom resource that sent a request, by its id and its secret; undefined where it was none. */
export async function authenticateResource(
  environment: Environment,
  authorization: string | undefined,
  body: ClientParameters,
  called: CalledEndpoint,
): Promise<{ readonly checks: readonly Check[]; readonly resource: Resource } | undefined> {
  const presented = readClient(authorization, body);
  const resource = presented.clientId === undefined ? undefined : await environment.store.resources.get(presented.clientId);
  if (resource?.type !== 'CUSTOM') return undefined;
  const secrets = await livingSecrets(environment, resource.id, environment.clock.now());
  return { resource, checks: await judge(environment, presented, toResourceClient(resource), called, { secrets }) };
}
