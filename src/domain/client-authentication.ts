import type { Environment } from '../context.js';
import type { Check } from '../core/check.js';
import type { Client } from '../core/client.js';
import { checkClientAuthentication, readClient } from '../core/client-authentication.js';
import type { Diagnosis } from '../core/diagnosis/index.js';
import { type Application, toClient } from '../pingone/application.js';
import { applicationSecrets } from './applications.js';
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

/** Who sent a request to the token endpoint or its siblings, and whether it is proven (RFC 6749 §2.3). */
export async function authenticateClient(
  environment: Environment,
  authorization: string | undefined,
  body: ClientParameters,
): Promise<AuthenticatedClient> {
  const presented = readClient(authorization, body);
  const application = presented.clientId === undefined ? undefined : await environment.store.applications.get(presented.clientId);
  // PingOne's own applications (portal, console) are no OAuth clients of anybody else.
  const client = application?.protocol === 'OPENID_CONNECT' && application.grantTypes ? toClient(application) : undefined;
  const secrets =
    client && client.authenticationMethod !== 'none' ? await applicationSecrets(environment, client.id, environment.clock.now()) : [];
  const checks = checkClientAuthentication(presented, client, secrets);
  return { checks, application, client, diagnosis: await diagnoseClientAuthentication(environment, presented, application, checks) };
}
