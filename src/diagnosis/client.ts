import type { Environment } from '../environment/context.js';
import { type Application, toClient } from '../environment/model/application.js';
import { validSecrets } from '../environment/secrets.js';
import type { Check } from '../protocol/check.js';
import type { PresentedClient } from '../protocol/client-authentication.js';
import {
  type Diagnosis,
  diagnoseAuthenticationMethod,
  diagnoseRule,
  diagnoseSecret,
  diagnoseSeveralMethods,
  diagnoseUnknownClient,
  diagnoseUnreadableAssertion,
  type Named,
} from '../protocol/mistakes/index.js';

const named = ({ id, record }: Environment): Named => ({ id, name: record.name });

/** Why a client_id names no application of this environment. */
export async function diagnoseUnknown(environment: Environment, clientId: string | undefined): Promise<Diagnosis> {
  const applications = (await environment.store.applications.list()).filter(({ grantTypes }) => grantTypes);
  const unknown = { clientId, environment: named(environment), applications };
  if (clientId === undefined) return diagnoseUnknownClient(unknown);
  for (const other of environment.others()) {
    const application = await other.store.applications.get(clientId);
    if (application) return diagnoseUnknownClient({ ...unknown, elsewhere: { environment: named(other), application } });
  }
  return diagnoseUnknownClient(unknown);
}

const trimmed = (secret: string): string => secret.trim().replace(/^(["'])(.*)\1$/s, '$2');

/** The owner of the secret that was sent, if it has one. */
async function ownerOf(environment: Environment, sent: readonly string[], but: string) {
  for (const each of [environment, ...environment.others()])
    for (const { id, secret } of await each.store.secrets.list()) {
      if (!sent.includes(secret) || (each === environment && id === but)) continue;
      const owner = (await each.store.applications.get(id)) ?? (await each.store.resources.get(id));
      if (owner) return { application: { id, name: owner.name }, environment: named(each) };
    }
  return undefined;
}

async function diagnoseWrongSecret(environment: Environment, application: Application, { secrets }: PresentedClient): Promise<Diagnosis> {
  const held = await environment.store.secrets.get(application.id);
  const known = [held?.secret, held?.previous?.secret].filter((secret) => secret !== undefined);
  return diagnoseSecret({
    application,
    expiredAt: held?.previous && secrets.includes(held.previous.secret) ? held.previous.expiresAt : undefined,
    trimmed: secrets.some((secret) => known.includes(trimmed(secret))),
    isClientId: secrets.includes(application.id),
    ofOther: await ownerOf(environment, secrets, application.id),
  });
}

/**
 * The method is not the application's. A library that tries the other method after a refusal (Go's oauth2) would hide why it was
 * refused first, so a wrong secret counts for more.
 */
async function diagnoseMethod(
  environment: Environment,
  presented: PresentedClient,
  application: Application | undefined,
): Promise<Diagnosis> {
  const configured = application ? toClient(application).authenticationMethod : '';
  if (presented.several) return diagnoseSeveralMethods(presented.several, configured);
  const wrongMethod = diagnoseAuthenticationMethod(presented.method, configured);
  if (!application || presented.secrets.length === 0) return wrongMethod;
  const secrets = await validSecrets(environment, application.id, environment.clock.now());
  if (!configured.startsWith('client_secret') || presented.secrets.some((secret) => secrets.includes(secret))) return wrongMethod;
  const wrongSecret = await diagnoseWrongSecret(environment, application, presented);
  return {
    ...wrongSecret,
    why: `${wrongSecret.why} Its authentication method is wrong too: ${wrongMethod.title}. Some libraries try the other method after a refusal, so the secret may be the only mistake.`,
    fix: `${wrongSecret.fix} Then, if it is still refused: ${wrongMethod.fix}`,
  };
}

/** Why a client's authentication was refused. */
export async function diagnoseClientAuthentication(
  environment: Environment,
  presented: PresentedClient,
  application: Application | undefined,
  refusedBy: Check,
): Promise<Diagnosis | undefined> {
  const { assertion, several, clientId } = presented;
  const isUnreadable = assertion !== undefined && assertion.jwt === undefined && !several;
  switch (refusedBy.rule) {
    case 'client_assertion_readable':
      return isUnreadable ? diagnoseUnreadableAssertion() : diagnoseRule(refusedBy);
    case 'client_known':
      if (isUnreadable && clientId === undefined) return diagnoseUnreadableAssertion();
      return diagnoseUnknown(environment, clientId);
    case 'client_authentication_method':
      // The method is guessed: it depends on the alg, which cannot be read.
      if (isUnreadable && application?.tokenEndpointAuthMethod?.endsWith('_JWT')) return diagnoseUnreadableAssertion();
      return diagnoseMethod(environment, presented, application);
    case 'client_credentials':
      return application && diagnoseWrongSecret(environment, application, presented);
    default:
      return diagnoseRule(refusedBy);
  }
}
