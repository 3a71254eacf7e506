import type { Environment } from '../context.js';
import type { Check } from '../core/check.js';
import type { Client } from '../core/client.js';
import { checkClientAssertion } from '../core/client-assertion.js';
import { checkClientAuthentication, mayAssert, type PresentedClient, readClient } from '../core/client-authentication.js';
import { toSeconds } from '../core/clock.js';
import type { Diagnosis } from '../core/diagnosis/index.js';
import { type Application, toClient } from '../pingone/application.js';
import { applicationSecrets } from './applications.js';
import { clientKeys } from './client-keys.js';
import { diagnoseClientAuthentication } from './diagnose-client.js';

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

/** Judges the assertion of a client that came by its own method; nothing where there is none. */
async function judgeAssertion(
  { id: environmentId, clock }: Environment,
  { assertion }: PresentedClient,
  client: Client,
  called: CalledEndpoint,
  own: { readonly secrets: readonly string[]; readonly keys: Awaited<ReturnType<typeof clientKeys>> | undefined },
): Promise<readonly Check[]> {
  if (!assertion) return [];
  return checkClientAssertion(assertion, {
    ...called,
    clientId: client.id,
    environmentId,
    now: toSeconds(clock.now()),
    own: { secrets: own.secrets, keys: own.keys?.keys ?? [] },
    problem: own.keys?.problem,
  });
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
  const secrets = client && method !== 'none' ? await applicationSecrets(environment, client.id, environment.clock.now()) : [];
  const asserted =
    client && application && mayAssert(presented, client)
      ? await judgeAssertion(environment, presented, client, called, {
          // Each method by its own means alone: a secret never verifies what a key should have signed.
          secrets: method === 'client_secret_jwt' ? secrets : [],
          keys: method === 'private_key_jwt' ? await clientKeys(environment, application) : undefined,
        })
      : [];
  const checks = checkClientAuthentication(presented, client, secrets, asserted);
  return { checks, application, client, diagnosis: await diagnoseClientAuthentication(environment, presented, application, checks) };
}
