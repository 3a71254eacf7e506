import type { Environment } from '../../environment/context.js';
import type { PushCredential } from '../../environment/model/mfa.js';
import { compileShape } from '../../lib/schema/compile.js';
import { object, oneOf, secret } from '../../lib/schema/types.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { keptMembers, newMembers } from '../items.js';

/** Push credentials of applications (docs/fidelity.md, management 7.22). */

const text = { type: 'string', minLength: 1, maxLength: 20_000 } as const;
const hidden = secret(text);
const members = {
  APNS: { key: hidden, teamId: text, token: hidden },
  FCM: { key: hidden },
  FCM_HTTP_V1: { googleServiceAccountCredentials: hidden },
  HMS: { clientId: text, clientSecret: hidden },
} as const;

type PushType = keyof typeof members;
const types = Object.keys(members) as PushType[];
const head = object({ type: oneOf(...types) });
const bodyOf = (type: PushType) => object({ type: oneOf(type), ...members[type] });

/** A push credential of any type. */
export const anyPushCredentialBody = { anyOf: types.map(bodyOf) };

const checkHead = compileShape(head);
const checkByType = new Map(types.map((type) => [type, compileShape(bodyOf(type))]));

/** The type of a credential, whose body must have what that type needs. Nothing here sends to phones, so no more than the type is kept. */
export function readPushCredential(body: unknown): PushType {
  const { value, problems } = checkHead(body);
  if (problems.length > 0) throw refuseBody(problems);
  const { type } = value as { type: PushType };
  const missing = checkByType.get(type)?.(body).problems ?? [];
  if (missing.length > 0) throw refuseBody(missing);
  return type;
}

export async function createPushCredential(environment: Environment, applicationId: string, type: PushType): Promise<PushCredential> {
  const credential = { ...newMembers(environment), application: { id: applicationId }, type };
  await environment.store.pushCredentials.put(credential);
  return credential;
}

export async function replacePushCredential(environment: Environment, existing: PushCredential, type: PushType): Promise<PushCredential> {
  const credential = { ...keptMembers(environment, existing), application: existing.application, type };
  await environment.store.pushCredentials.put(credential);
  return credential;
}
