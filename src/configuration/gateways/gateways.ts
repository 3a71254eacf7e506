import type { Environment } from '../../environment/context.js';
import type { Gateway, GatewayCredential } from '../../environment/model/gateways.js';
import { serialize } from '../../environment/serialize.js';
import { toSeconds } from '../../lib/clock.js';
import { compileShape } from '../../lib/schema/compile.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notFound } from '../../pingone/pingone-error.js';
import { gatewayCredentialIssuer, pingOneApiAudience } from '../../pingone/predefined.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { type Reference, requireKnown } from '../references.js';
import { type GatewayType, gatewayBody, gatewayHead, gatewayTypes } from './schema.js';

/** The gateway of this id, or a 404. */
export const gatewayOf = finder(({ gateways }) => gateways);

/** The most credentials that a gateway has at once (docs/fidelity.md, management 7.12). */
const mostCredentials = 5;

interface RadiusClient {
  readonly ip: string;
  readonly sharedSecret?: string;
}

export type GatewayBody = Pick<Gateway, 'name' | 'enabled'> & {
  readonly type: GatewayType;
  readonly bindPassword?: string;
  readonly kerberos?: { readonly serviceAccountPassword?: string };
  readonly userTypes?: readonly { readonly id?: string; readonly newUserLookup?: { readonly population: { readonly id: string } } }[];
  readonly radiusClients?: readonly RadiusClient[];
  readonly defaultSharedSecret?: string;
};

const checkHead = compileShape(gatewayHead);
const checkByType = new Map(gatewayTypes.map((type) => [type, compileShape(gatewayBody(type))]));

/** Reads the body of a gateway: which members it has depends on its type. */
export function readGateway(body: unknown): GatewayBody {
  const head = checkHead(body);
  if (head.problems.length > 0) throw refuseBody(head.problems);
  const { type } = head.value as { type: GatewayType };
  const { value, problems } = checkByType.get(type)?.(body) ?? head;
  if (problems.length > 0) throw refuseBody(problems);
  return value as GatewayBody;
}

/**
 * What is stored of a body: with PingOne's defaults, with ids of the kinds of users, and without the passwords, which PingOne
 * never shows and nothing here needs.
 */
export function gatewayMembersOf({ random }: Environment, { bindPassword: _, kerberos, userTypes, ...body }: GatewayBody) {
  const { serviceAccountPassword: __, ...shown } = kerberos ?? {};
  return {
    ...(body.type === 'LDAP' && { connectionSecurity: 'None', validateTlsCertificates: true, followReferrals: false }),
    ...body,
    ...(kerberos && { kerberos: shown }),
    ...(userTypes && { userTypes: userTypes.map((one) => ({ ...one, id: one.id?.toLowerCase() ?? random.uuid() })) }),
  };
}

/** Requires a secret for each RADIUS client: its own or the shared one. */
function requireSecrets({ radiusClients = [], defaultSharedSecret }: GatewayBody): void {
  const without = radiusClients.findIndex(({ sharedSecret }) => sharedSecret === undefined);
  if (defaultSharedSecret === undefined && without >= 0)
    throw invalidValue(`radiusClients[${without}].sharedSecret`, texts.gatewaySecret.text);
}

/** The references of a gateway: populations, for the users that its user types create. */
const referencesOf = (gateway: Gateway): Reference[] =>
  ((gateway as Pick<GatewayBody, 'userTypes'>).userTypes ?? []).map(({ newUserLookup }, at) => [
    `userTypes[${at}].newUserLookup.population.id`,
    newUserLookup?.population.id,
    ({ store }, id) => store.populations.get(id),
  ]);

async function put(environment: Environment, gateway: Gateway, before?: Gateway): Promise<Gateway> {
  await requireKnown(environment, referencesOf(gateway), before && referencesOf(before));
  await putUnique(environment.store.gateways, gateway, 'name');
  return gateway;
}

export async function createGateway(environment: Environment, body: GatewayBody): Promise<Gateway> {
  requireSecrets(body);
  return put(environment, { ...newMembers(environment), ...gatewayMembersOf(environment, body) });
}

/** Replaces a gateway, whose type remains. */
export async function replaceGateway(environment: Environment, existing: Gateway, body: GatewayBody): Promise<Gateway> {
  if (body.type !== existing.type) throw invalidValue('type', texts.immutable.text);
  requireSecrets(body);
  return put(environment, { ...keptMembers(environment, existing), ...gatewayMembersOf(environment, body) }, existing);
}

/** Deletes a gateway with its credentials and its roles. */
export const deleteGateway = (environment: Environment, { id }: Gateway): Promise<void> =>
  serialize(environment, `gateway ${id}`, async () => {
    const { gateways, gatewayCredentials, roleAssignments } = environment.store;
    await gateways.take(id);
    for (const credential of await gatewayCredentials.find('gateway.id', id)) await gatewayCredentials.take(credential.id);
    for (const assignment of await roleAssignments.find('holder.id', id)) await roleAssignments.take(assignment.id);
  });

/** Makes a credential of a gateway: a JWT, signed by the environment's default key, that is never shown again. */
export const createCredential = (
  environment: Environment,
  { id }: Gateway,
  authUrl: string,
): Promise<GatewayCredential & { readonly credential: string }> =>
  serialize(environment, `gateway ${id}`, async () => {
    const { store, keys, record, clock } = environment;
    const gateway = await store.gateways.get(id);
    if (!gateway) throw notFound();
    if ((await store.gatewayCredentials.find('gateway.id', id)).length >= mostCredentials) throw constraint(texts.gatewayCredentials.text);
    const kept = { ...newMembers(environment), gateway: { id } };
    const credential = await keys.default.sign(
      { alg: 'RS256', kid: keys.default.kid },
      {
        aud: pingOneApiAudience,
        authUrl,
        environmentId: environment.id,
        environmentName: record.name,
        gatewayId: id,
        gatewayName: gateway.name,
        gatewayType: gateway.type,
        iat: toSeconds(clock.now()),
        iss: gatewayCredentialIssuer,
        jti: kept.id,
        organizationId: record.organization.id,
      },
    );
    await store.gatewayCredentials.put(kept);
    return { ...kept, credential };
  });
