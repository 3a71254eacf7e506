import type { Application } from '../../environment/model/application.js';
import { listKeyRotationPolicies } from '../keys/key-rotation-policies.js';
import { configuredKeys } from '../keys/keys.js';
import { seedRoles } from '../roles/seed.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { follow, type Place, pointedAt, refusal, refusedAt, within } from '../seed/seed-error.js';
import type { Pointer, SeedApplication } from '../seed/types.js';
import { createApplication, deleteApplication, replaceApplication } from './applications.js';
import { type ApplicationBody, isSystemType } from './schema.js';
import { insecureRedirectUris } from './uris.js';

type SeedBody = ApplicationBody & Omit<SeedApplication, 'signing' | 'kerberos'>;

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function seedGrants(
  { environment }: Target,
  id: string,
  grants: NonNullable<SeedApplication['grants']>,
  place: Place,
): Promise<void> {
  const { store } = environment;
  for (const [at, grant] of grants.entries()) {
    const here = within(place, `grants[${at}]`);
    const resource = follow(grant.resource, await store.resources.list(), 'resource', within(here, 'resource'));
    const known = await store.scopes.find('resource.id', resource.id);
    const scopes = grant.scopes.map((scope, position) => ({
      id: follow(scope, known, `scope of ${resource.name}`, within(here, `scopes[${position}]`)).id,
    }));
    const [twice] = await store.grants.find('application and resource', `${id} ${resource.id}`);
    if (twice) throw refusal(within(here, 'resource'), `there already is a grant for ${resource.name}`);
    await store.grants.put({ ...itemOf(environment, { id: grant.id }), application: { id }, resource: { id: resource.id }, scopes });
  }
}

async function seedMappings({ environment }: Target, id: string, attributes: NonNullable<SeedApplication['attributes']>): Promise<void> {
  const { store } = environment;
  for (const attribute of attributes) {
    const [known] = await store.attributeMappings.find('application and name', `${id} ${attribute.name}`);
    if (known) await store.attributeMappings.take(known.id);
    await store.attributeMappings.put({
      ...itemOf(environment, attribute),
      application: { id },
      required: attribute.required ?? known?.required ?? false,
      mappingType: known?.mappingType ?? 'CUSTOM',
    });
  }
}

async function seedIssuers(
  { environment }: Target,
  id: string,
  assignments: NonNullable<SeedApplication['trustedIssuerAssignments']>,
  place: Place,
): Promise<void> {
  const { store } = environment;
  for (const [at, { id: own, trustedIssuer }] of assignments.entries()) {
    const here = within(place, `trustedIssuerAssignments[${at}].trustedIssuer`);
    const issuer = follow(trustedIssuer, await store.trustedIssuers.list(), 'trusted issuer', here);
    const [known] = await store.trustedIssuerAssignments.find('pair', `${id} ${issuer.id}`);
    if (known) await store.trustedIssuerAssignments.take(known.id);
    await store.trustedIssuerAssignments.put({
      ...itemOf(environment, { id: own ?? known?.id }),
      application: { id },
      trustedIssuer: { id: issuer.id },
    });
  }
}

/** Gives a system application the id of the seed, and the members that may be changed. */
async function adoptSystemApplication({ environment }: Target, body: SeedBody): Promise<Application | undefined> {
  const { applications } = environment.store;
  const existing = (await applications.list()).find(({ type }) => type === body.type);
  if (!existing) return undefined;
  await applications.take(existing.id);
  return replaceApplication(environment, { ...existing, id: body.id?.toLowerCase() ?? existing.id }, body);
}

/** Resolves a reference. A name must exist; an id may refer to something that the seed does not contain. */
const pointAt = (pointer: Pointer, items: readonly { id: string; name: string }[], what: string, place: Place): { id: string } =>
  uuidForm.test(pointedAt(pointer)) ? { id: pointedAt(pointer).toLowerCase() } : { id: follow(pointer, items, what, place).id };

/** The body with the ids of its key rotation policy and its Kerberos key. */
async function withKeys({ environment }: Target, { signing, kerberos, ...body }: SeedApplication, place: Place): Promise<SeedBody> {
  const policies = signing ? await listKeyRotationPolicies(environment) : [];
  const keys = kerberos ? await configuredKeys(environment) : [];
  return {
    ...body,
    ...(signing && {
      signing: {
        keyRotationPolicy: pointAt(signing.keyRotationPolicy, policies, 'key rotation policy', within(place, 'signing.keyRotationPolicy')),
      },
    }),
    ...(kerberos && { kerberos: { key: pointAt(kerberos.key, keys, 'key', within(place, 'kerberos.key')) } }),
  };
}

export async function seedApplication(target: Target, seed: SeedApplication, place: Place): Promise<void> {
  const { environment, context } = target;
  const { store } = environment;
  const {
    id: givenId,
    secret,
    grants = [],
    attributes = [],
    roleAssignments = [],
    trustedIssuerAssignments = [],
    signOnPolicyAssignments = [],
    flowPolicyAssignments = [],
    ...body
  } = await withKeys(target, seed, place);
  const ownId = givenId?.toLowerCase() ?? (await idFromNames(environment, store.applications, 'application', body.name));
  const { id } = await refusedAt(place, async () => {
    const adopted = isSystemType(body.type)
      ? await adoptSystemApplication(target, { ...body, ...(givenId !== undefined && { id: givenId }) })
      : undefined;
    if (adopted) return adopted;
    if (await store.applications.get(ownId)) await deleteApplication(environment, ownId);
    return createApplication(environment, body, { id: ownId, redirectUrisMayFollow: true });
  });
  for (const uri of insecureRedirectUris(body.redirectUris))
    context.log.warn({ application: body.name, uri }, 'a redirect URI over plain http');
  if (secret !== undefined) await store.secrets.put({ id, secret });
  await seedGrants(target, id, grants, place);
  await seedMappings(target, id, attributes);
  await seedIssuers(target, id, trustedIssuerAssignments, place);
  await seedRoles(target, { id, type: 'APPLICATION' }, roleAssignments, place);
  if (signOnPolicyAssignments.length > 0 && flowPolicyAssignments.length > 0)
    throw refusal(within(place, 'flowPolicyAssignments'), 'an application uses sign-on policies or flow policies, not both');
  for (const [at, { id: assignmentId, flowPolicy, priority = at + 1 }] of flowPolicyAssignments.entries()) {
    const here = within(place, `flowPolicyAssignments[${at}].flowPolicy`);
    const policy = follow(flowPolicy, await store.flowPolicies.list(), 'flow policy', here);
    await store.flowPolicyAssignments.put({
      ...itemOf(environment, { id: assignmentId }),
      application: { id },
      flowPolicy: { id: policy.id },
      priority,
    });
  }
  for (const [at, { id: assignmentId, signOnPolicy, priority = at + 1 }] of signOnPolicyAssignments.entries()) {
    const policy = follow(
      signOnPolicy,
      await store.signOnPolicies.list(),
      'sign-on policy',
      within(place, `signOnPolicyAssignments[${at}].signOnPolicy`),
    );
    await store.signOnPolicyAssignments.put({
      ...itemOf(environment, { id: assignmentId }),
      application: { id },
      signOnPolicy: { id: policy.id },
      priority,
    });
  }
}
