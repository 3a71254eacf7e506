import { applicationSecrets } from '../../configuration/applications/applications.js';
import { diagnoseClientAuthentication } from '../../diagnosis/client.js';
import type { Environment } from '../../environment/context.js';
import { type ClientKeys, clientKeys } from '../../environment/keys/public-keys.js';
import { type Application, toClient } from '../../environment/model/application.js';
import type { Resource } from '../../environment/model/configuration.js';
import { definePart } from '../../environment/plan/part.js';
import { validSecrets } from '../../environment/secrets.js';
import { toSeconds } from '../../lib/clock.js';
import { type Check, type Decision, decide, decideByAll } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { checkClientAssertion } from '../../protocol/client-assertion.js';
import { checkClientAuthentication, mayAssert, type PresentedClient, readClient } from '../../protocol/client-authentication.js';
import { readJwt } from '../../protocol/jwt.js';
import type { Diagnosis } from '../../protocol/mistakes/index.js';

/** Who sent a request, judged. */
export interface AuthenticatedClient {
  readonly decision: Decision<{ readonly application: Application; readonly client: Client }>;
  /** The client that the request names, if there is one, whether or not it is proven. */
  readonly client?: Client | undefined;
  /** Why it was refused, if it was. */
  readonly diagnosis?: Diagnosis | undefined;
}

/** The members of a request body that may name or prove the client. */
export interface ClientParameters {
  client_id?: string;
  client_secret?: string;
  client_assertion?: string;
  client_assertion_type?: string;
}

/** The endpoint of this request, which an assertion's audience may name. */
export interface CalledEndpoint {
  readonly issuer: string;
  /** The last part of its path, such as `token`. */
  readonly endpoint: string;
}

/** What a client can prove itself with. */
interface OwnMeans {
  readonly secrets: readonly string[];
  readonly keys?: ClientKeys | undefined;
}

/** Judges what was presented, including an assertion, against what the client owns. */
async function judge(
  { id: environmentId, clock, servesHost }: Environment,
  presented: PresentedClient,
  client: Client | undefined,
  called: CalledEndpoint,
  { secrets, keys }: OwnMeans,
): Promise<readonly Check[]> {
  const { assertion } = presented;
  if (!assertion || !client || !mayAssert(presented, client)) return decide(checkClientAuthentication(presented, client, secrets)).checks;
  const asserted = await checkClientAssertion(assertion, {
    ...called,
    clientId: client.id,
    environmentId,
    servesHost,
    now: toSeconds(clock.now()),
    // Each method by its own means only: a secret never verifies what a key should have signed.
    own: client.authenticationMethod === 'client_secret_jwt' ? { secrets, keys: [] } : { secrets: [], keys: keys?.keys ?? [] },
    problem: keys?.problem,
  });
  return decide(checkClientAuthentication(presented, client, secrets, asserted)).checks;
}

/** A client that requests may name. */
interface KnownClient {
  readonly application: Application;
  readonly client: Client;
  /** The decision about a client that only names itself and has nothing to prove: always the same. */
  readonly asPublic: Decision<{ readonly application: Application; readonly client: Client }>;
}

const clientNamed = definePart<{ readonly found?: KnownClient }>(async ({ store }, clientId) => {
  const application = await store.applications.get(clientId);
  // PingOne's own applications (portal, console) are clients that only PingOne uses.
  if (application?.protocol !== 'OPENID_CONNECT' || !application.grantTypes) return {};
  const client = toClient(application);
  const { checks } = decide(checkClientAuthentication({ method: 'none', clientId, secrets: [] }, client, []));
  return { found: { application, client, asPublic: decideByAll(checks, { application, client }) } };
});

/** Who sent a request to the token endpoint or its siblings, and whether they proved it (RFC 6749 §2.3). */
export async function authenticateClient(
  environment: Environment,
  authorization: string | undefined,
  body: ClientParameters,
  called: CalledEndpoint,
): Promise<AuthenticatedClient> {
  const presented = readClient(authorization, body);
  const { clientId } = presented;
  const { found } = clientId === undefined ? {} : await clientNamed(environment, clientId);
  const { client } = found ?? {};
  const method = client?.authenticationMethod ?? 'none';
  if (found && method === 'none' && presented.method === 'none' && !found.asPublic.refusedBy) return { decision: found.asPublic, client };
  const application = clientId === undefined ? undefined : await environment.store.applications.get(clientId);
  const means: OwnMeans = {
    secrets: client && method !== 'none' ? await applicationSecrets(environment, client.id, environment.clock.now()) : [],
    keys:
      application && method === 'private_key_jwt'
        ? await clientKeys(environment, application, readJwt(body.client_assertion ?? '')?.kid)
        : undefined,
  };
  const decision = decideByAll(await judge(environment, presented, client, called, means), found);
  if (!decision.refusedBy) return { decision, client };
  return { decision, client, diagnosis: await diagnoseClientAuthentication(environment, presented, application, decision.refusedBy) };
}

/** A resource as a client: all it may do is introspect, by its own method (docs/fidelity.md, 7.2). */
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

/** The custom resource that sent a request, by its id and its secret; undefined if none did. */
export async function authenticateResource(
  environment: Environment,
  authorization: string | undefined,
  body: ClientParameters,
  called: CalledEndpoint,
): Promise<Decision<Resource> | undefined> {
  const presented = readClient(authorization, body);
  const resource = presented.clientId === undefined ? undefined : await environment.store.resources.get(presented.clientId);
  if (resource?.type !== 'CUSTOM') return undefined;
  const secrets = await validSecrets(environment, resource.id, environment.clock.now());
  return decideByAll(await judge(environment, presented, toResourceClient(resource), called, { secrets }), resource);
}
