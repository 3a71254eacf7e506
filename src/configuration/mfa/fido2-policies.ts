import type { Environment } from '../../environment/context.js';
import type { Fido2Policy } from '../../environment/model/mfa.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { array, boolean, type Infer, object, oneOf, reference, string } from '../../lib/schema/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
import { oneDefault } from '../one-default.js';
import { devicePoliciesOf } from './device-policies.js';

/** FIDO2 policies (docs/fidelity.md, management 7.21). */

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const enforced = { enforceDuringAuthentication: boolean } as const;

export const fido2PolicyBody = object(
  {
    name,
    relyingPartyId: name,
    deviceDisplayName: { type: 'string', minLength: 1, maxLength: 100 } as const,
    attestationRequirements: oneOf('DIRECT', 'NONE'),
    authenticatorAttachment: oneOf('PLATFORM', 'CROSS_PLATFORM', 'BOTH'),
    discoverableCredentials: oneOf('DISCOURAGED', 'PREFERRED', 'REQUIRED'),
    backupEligibility: object({ allow: boolean, ...enforced }),
    mdsAuthenticatorsRequirements: object(
      { option: oneOf('NONE', 'AUDIT_ONLY', 'GLOBAL', 'CERTIFIED', 'SPECIFIC'), ...enforced },
      { allowedAuthenticators: array(object({ id: string })) },
    ),
    userDisplayNameAttributes: object({
      attributes: array(object({ name: string }, { subAttributes: array(object({ name: string })) })),
    }),
    userVerification: object({ option: oneOf('REQUIRED', 'PREFERRED', 'DISCOURAGED'), ...enforced }),
  },
  {
    default: boolean,
    description: { type: 'string', maxLength: 1024 } as const,
    publicKeyCredentialHints: array(oneOf('SECURITY_KEY', 'CLIENT_DEVICE', 'HYBRID')),
    userPresenceTimeout: object(
      {},
      { duration: { type: 'integer', minimum: 1, maximum: 600 } as const, timeUnit: oneOf('SECONDS', 'MINUTES') },
    ),
    deviceAuthenticationPolicies: array(reference),
  },
);
export type Fido2PolicyBody = Infer<typeof fido2PolicyBody>;

/** PingOne's own relying party. The mock is not at that address, and uses the host of the request instead. */
export const ownRelyingParty = 'pingone.com';

/** The built-in policy of an environment. It is not stored until it is changed or another becomes the default. */
export const fido2PolicyBroughtAlong = ({
  id,
  record: { createdAt },
}: {
  id: string;
  record: { createdAt: string };
}): Fido2Policy & Fido2PolicyBody => ({
  id: derivedId('default FIDO2 policy', id),
  environment: { id },
  createdAt,
  updatedAt: createdAt,
  name: 'Passkeys',
  default: true,
  relyingPartyId: ownRelyingParty,
  deviceDisplayName: 'Passkey',
  attestationRequirements: 'NONE',
  authenticatorAttachment: 'BOTH',
  discoverableCredentials: 'PREFERRED',
  backupEligibility: { allow: true, enforceDuringAuthentication: true },
  mdsAuthenticatorsRequirements: { option: 'NONE', enforceDuringAuthentication: false },
  userDisplayNameAttributes: { attributes: [{ name: 'username' }] },
  userVerification: { option: 'PREFERRED', enforceDuringAuthentication: true },
});

const kept = oneDefault(({ fido2Policies }) => fido2Policies, fido2PolicyBroughtAlong);

/** Every FIDO2 policy of an environment; one by its id, or a 404; and how a seed's is stored. */
export const { all: fido2PoliciesOf, find: fido2PolicyOf, seed: putSeededFido2Policy } = kept;

/** The FIDO2 policy that an MFA policy names, or the default one. */
export async function fido2PolicyFor(environment: Environment, id: string | undefined): Promise<Fido2Policy & Partial<Fido2PolicyBody>> {
  const named = id === undefined ? undefined : await environment.store.fido2Policies.get(id.toLowerCase());
  return named ?? kept.defaultOf(environment);
}

/** Stores a policy under a unique name; if it is the default, no other is. */
async function putFido2Policy(environment: Environment, policy: Fido2Policy): Promise<Fido2Policy> {
  const others = (await fido2PoliciesOf(environment)).filter(({ id }) => id !== policy.id);
  if (others.some((other) => other.name.toLowerCase() === policy.name.toLowerCase())) throw notUnique('name');
  return kept.put(environment, policy);
}

const inTurn = <T>(environment: Environment, work: () => Promise<T>): Promise<T> => serialize(environment, 'FIDO2 policies', work);

const membersOf = ({ deviceAuthenticationPolicies: _, ...body }: Fido2PolicyBody) => body;

export const createFido2Policy = (environment: Environment, body: Fido2PolicyBody): Promise<Fido2Policy> =>
  inTurn(environment, () =>
    putFido2Policy(environment, { ...newMembers(environment), ...membersOf(body), default: body.default ?? false }),
  );

/** Replaces a policy. The default policy remains the default until another becomes it. */
export const replaceFido2Policy = (environment: Environment, { id }: Fido2Policy, body: Fido2PolicyBody): Promise<Fido2Policy> =>
  inTurn(environment, async () => {
    const existing = await fido2PolicyOf(environment, id);
    const kept = keptMembers(environment, existing);
    return putFido2Policy(environment, { ...kept, ...membersOf(body), default: body.default || existing.default });
  });

/** Deletes a policy that is not the default, and that no MFA policy names. */
export const deleteFido2Policy = (environment: Environment, { id }: Fido2Policy): Promise<void> =>
  inTurn(environment, async () => {
    if ((await fido2PolicyOf(environment, id)).default) throw constraint(texts.mfaPolicyDefault.text);
    const users = (await devicePoliciesOf(environment)).filter(
      ({ fido2 }) => (fido2 as { fido2PolicyId?: string } | undefined)?.fido2PolicyId?.toLowerCase() === id,
    );
    requireUnused(users, texts.fido2PolicyInUse.text);
    await environment.store.fido2Policies.take(id);
  });
