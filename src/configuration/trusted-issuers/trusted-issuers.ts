import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { TrustedIssuer, TrustedIssuerAssignment } from '../../environment/model/configuration.js';
import { isKeyAddress } from '../../lib/key-address.js';
import { isObject, type Members, parseJson } from '../../lib/unknown.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue, unknownReference } from '../../pingone/pingone-error.js';
import { isIssuerKey } from '../../protocol/trusted-issuer.js';
import { finder, newMembers, putUnique } from '../items.js';
import type { TrustedIssuerBody } from './schema.js';

/** The trusted issuer of this id, or a 404. */
export const trustedIssuerOf = finder(({ trustedIssuers }) => trustedIssuers);

/** The keys of a JWK set, given as an object or as text; undefined if it is not one. */
function keysOf(jwks: string | object): readonly Members[] | undefined {
  try {
    const set = typeof jwks === 'string' ? parseJson(jwks) : jwks;
    return isObject(set) && Array.isArray(set.keys) ? set.keys.filter(isObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Requires a JWK set of public keys, one of which can verify a signature (docs/fidelity.md, management 5.6). */
function requireUsableKeys(jwks: string | object): void {
  const keys = keysOf(jwks);
  if (!keys) throw invalidValue('jwks', texts.keysUnreadable.text);
  if (keys.some(({ d, k }) => d !== undefined || k !== undefined)) throw invalidValue('jwks', texts.keysPrivate.text);
  if (!keys.some(isIssuerKey)) throw invalidValue('jwks', texts.keysUnusable.text);
}

/** An issuer has keys: its own, or an address of them (docs/fidelity.md, management 5.6). */
function requireKeys({ jwks, jwksUrl }: TrustedIssuerBody): void {
  if (jwks === undefined && jwksUrl === undefined) throw invalidValue('jwks', texts.issuerKeysNeeded.text);
  if (jwks !== undefined && jwksUrl !== undefined) throw invalidValue('jwksUrl', texts.keysTwice.text);
  if (jwks !== undefined) requireUsableKeys(jwks);
  if (jwksUrl !== undefined && !isKeyAddress(jwksUrl)) throw invalidValue('jwksUrl', texts.keyAddress.text);
}

export async function putTrustedIssuer(
  { store }: Environment,
  members: ReturnType<typeof newMembers>,
  body: TrustedIssuerBody,
): Promise<TrustedIssuer> {
  requireKeys(body);
  const issuer: TrustedIssuer = { ...members, ...body };
  await putUnique(store.trustedIssuers, issuer, 'name');
  return issuer;
}

/** Deletes a trusted issuer, with its assignments. */
export async function deleteTrustedIssuer({ store }: Environment, { id }: TrustedIssuer): Promise<void> {
  await store.trustedIssuers.take(id);
  for (const assignment of await store.trustedIssuerAssignments.find('trustedIssuer.id', id))
    await store.trustedIssuerAssignments.take(assignment.id);
}

/** Lets an application exchange the tokens of an issuer. */
export async function assignTrustedIssuer(
  environment: Environment,
  { id }: Application,
  issuerId: string,
): Promise<TrustedIssuerAssignment> {
  const { store } = environment;
  const trustedIssuer = await store.trustedIssuers.get(issuerId.toLowerCase());
  if (!trustedIssuer) throw unknownReference('trustedIssuer.id');
  const assignment = { ...newMembers(environment), application: { id }, trustedIssuer: { id: trustedIssuer.id } };
  await putUnique(store.trustedIssuerAssignments, assignment, 'trustedIssuer.id');
  return assignment;
}
