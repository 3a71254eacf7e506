import type { Context, Environment } from '../../environment/context.js';
import type { EnvironmentRecord, Resource } from '../../environment/model/configuration.js';
import { derivedId } from '../../lib/derived-id.js';
import {
  multiFactorPolicy,
  openIdClaims,
  openIdDescription,
  openIdScopes,
  pingOneApiAudience,
  pingOneApiScopes,
  scopeDescription,
  singleFactorPolicy,
  systemApplications,
  systemIconUrl,
} from '../../pingone/predefined.js';
import { rememberBaseline } from '../baseline.js';
import { otherPasswordPolicies, standardPasswordPolicy } from '../directory/password-policy.js';
import { newMembers } from '../items.js';

/** A new environment; PingOne's defaults apply to the rest. */
export interface EnvironmentInput {
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  type?: EnvironmentRecord['type'] | undefined;
  region?: string | undefined;
  organization?: { id: string } | undefined;
  license?: { id: string } | undefined;
  icon?: string | undefined;
  billOfMaterials?: EnvironmentRecord['billOfMaterials'];
}

/** Adds scopes to a resource. */
const addScopes = ({ store }: Environment, resource: Resource, names: readonly string[]): Promise<void>[] => {
  const { id: resourceId, environment, createdAt, updatedAt } = resource;
  return names.map((name) =>
    store.scopes.put({
      id: derivedId('scope', environment.id, resourceId, name),
      environment,
      resource: { id: resourceId },
      name,
      description: scopeDescription(name),
      createdAt,
      updatedAt,
    }),
  );
};

function addResources(environment: Environment): Promise<void>[] {
  const { store } = environment;
  const members = newMembers(environment);
  const own = (kind: string, ...names: string[]): string => derivedId(kind, environment.id, ...names);
  const openId: Resource = {
    ...members,
    id: own('resource', 'openid'),
    name: 'openid',
    description: openIdDescription,
    type: 'OPENID_CONNECT',
  };
  const pingOneApi: Resource = {
    ...members,
    id: own('resource', 'PingOne API'),
    name: 'PingOne API',
    type: 'PINGONE_API',
    audience: pingOneApiAudience,
  };
  return [
    store.resources.put(openId),
    store.resources.put(pingOneApi),
    ...addScopes(environment, openId, openIdScopes),
    ...addScopes(environment, pingOneApi, pingOneApiScopes),
    ...Object.entries(openIdClaims).map(([name, value]) =>
      store.resourceAttributes.put({
        ...members,
        id: own('resource attribute', openId.id, name),
        resource: { id: openId.id },
        name,
        value,
        type: 'PREDEFINED',
        idToken: true,
        userInfo: true,
      }),
    ),
  ];
}

function addPolicies(environment: Environment): Promise<void>[] {
  const { store } = environment;
  const members = newMembers(environment);
  const { name, description, action } = singleFactorPolicy;
  const own = (kind: string, ...more: string[]): string => derivedId(kind, environment.id, ...more);
  const policyId = own('sign-on policy', name);
  const second = { id: own('sign-on policy', multiFactorPolicy.name) };
  return [
    store.passwordPolicies.put({ ...members, id: own('password policy', standardPasswordPolicy.name), ...standardPasswordPolicy }),
    ...otherPasswordPolicies.map((policy) =>
      store.passwordPolicies.put({ ...members, id: own('password policy', policy.name), ...policy }),
    ),
    store.signOnPolicies.put({ ...members, id: policyId, name, description, default: true }),
    store.signOnPolicyActions.put({ ...members, id: own('action', policyId, action.type), signOnPolicy: { id: policyId }, ...action }),
    store.signOnPolicies.put({
      ...members,
      ...second,
      name: multiFactorPolicy.name,
      description: multiFactorPolicy.description,
      default: false,
    }),
    ...multiFactorPolicy.actions.map((one) =>
      store.signOnPolicyActions.put({ ...members, id: own('action', second.id, one.type), signOnPolicy: second, ...one }),
    ),
  ];
}

const addSystemApplications = (environment: Environment): Promise<void>[] =>
  systemApplications.map(({ name, description, type, members: more }) => {
    const { createdAt, updatedAt, ...members } = newMembers(environment);
    return environment.store.applications.put({
      ...members,
      id: derivedId('application', environment.id, type),
      name,
      description,
      enabled: true,
      icon: { id: derivedId('icon', type), href: systemIconUrl },
      type,
      protocol: 'OPENID_CONNECT',
      createdAt,
      updatedAt,
      ...more,
      pkceEnforcement: 'OPTIONAL',
      tokenEndpointAuthMethod: 'NONE',
    });
  });

/** The other parts of a new environment. After a kill, either all of them exist or the environment does not. */
interface Additions {
  readonly before?: (environment: Environment) => Promise<unknown>;
  /** Called once the default contents exist. */
  readonly after?: (environment: Environment) => Promise<unknown>;
}

/**
 * Creates an environment with PingOne's default contents (docs/fidelity.md, management 6.1), all or nothing. Throws
 * EnvironmentClash where its id is taken, or where it is removed meanwhile.
 */
export async function createEnvironment(context: Context, body: EnvironmentInput, { before, after }: Additions = {}): Promise<Environment> {
  const { environments, random, clock } = context;
  const createdAt = new Date(clock.now()).toISOString();
  // One license for all environments of an organization, as in a trial.
  const neighbour = environments.list()[0]?.record;
  const id = body.id ?? random.uuid();
  const record: EnvironmentRecord = {
    id,
    name: body.name ?? 'Environment',
    ...(body.description !== undefined && { description: body.description }),
    type: body.type ?? 'SANDBOX',
    region: body.region ?? 'NA',
    organization: { id: body.organization?.id ?? neighbour?.organization.id ?? derivedId('organization', id) },
    license: { id: body.license?.id ?? neighbour?.license.id ?? derivedId('license', id) },
    ...(body.icon !== undefined && { icon: body.icon }),
    ...(body.billOfMaterials && { billOfMaterials: body.billOfMaterials }),
    createdAt,
    updatedAt: createdAt,
    keyRotationPolicyId: derivedId('key rotation policy', id),
  };
  const environment = await environments.add(record, async (made) => {
    await before?.(made);
    await Promise.all([
      made.store.populations.put({ ...newMembers(made), id: derivedId('population', made.id, 'Default'), name: 'Default', default: true }),
      ...addPolicies(made),
      ...addResources(made),
      ...addSystemApplications(made),
    ]);
    await after?.(made);
  });
  await rememberBaseline(context, environment);
  return environment;
}
