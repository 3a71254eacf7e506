import { collectDevices } from '../devices/seed.js';
import { collectImages } from './collect-images.js';
import { collectKeyRotationPolicies, collectKeys } from './collect-keys.js';
import {
  type CollectedItem,
  type ConfigurationReader,
  collectedId,
  type List,
  listed,
  type ManagementReader,
  rolesOf,
  withDefault,
  withDefaultBut,
  without,
} from './collected.js';
import { inOrder } from './in-order.js';
import { lastSeedKinds, laterSeedKinds, seedKinds } from './kinds.js';
import { prune } from './prune.js';
import { seedSchema } from './schema.js';

/**
 * Reads an environment of a running mock or a tenant through the management API, and writes it as a seed. A seed holds
 * the bodies of that API, so answers are kept as they are, without what only answers have.
 */

export interface CollectOptions {
  readonly environmentId: string;
  /** Includes users, which are left out by default because they are personal data. */
  readonly users?: boolean;
  /** Includes the secrets of applications and resources that may be read. */
  readonly secrets?: boolean;
  /** Called with what is left out of the seed. */
  readonly onLeftOut?: (text: string) => void;
}

const ignore = (): void => {};

export async function collectSeed(
  reader: ManagementReader,
  { environmentId, users = false, secrets = false, onLeftOut = ignore }: CollectOptions,
) {
  const base = `/environments/${environmentId}`;

  /** Every item of a list, reading all pages. */
  const list = async (path: string): Promise<CollectedItem[]> => {
    const items: CollectedItem[] = [];
    const seen = new Set<string>();
    for (let next: string | undefined = `${base}${path}`; next !== undefined && !seen.has(next); ) {
      seen.add(next);
      const body: Record<string, unknown> | undefined = await reader.read(next);
      for (const members of Object.values((body?._embedded ?? {}) as Record<string, CollectedItem[]>)) items.push(...members);
      const href = (body?._links as { next?: { href?: string } } | undefined)?.next?.href;
      next = href === undefined ? undefined : href.slice(href.indexOf('/environments/'));
    }
    return items;
  };
  const secretOf = async (path: string) => {
    const body = secrets ? await reader.read(`${base}${path}/secret`) : undefined;
    return typeof body?.secret === 'string' ? { secret: body.secret } : {};
  };

  const environment = await reader.read(base);
  if (!environment) throw new Error(`environment ${environmentId} cannot be read: it does not exist, or the client has no role in it`);
  const scopeNames = new Map<string, string>();
  const resources = [];
  for (const resource of await list('/resources')) {
    const scopes = await list(`/resources/${resource.id}/scopes`);
    for (const { id, name } of scopes) scopeNames.set(id, String(name));
    const attributes = await list(`/resources/${resource.id}/attributes`);
    resources.push({
      ...without(resource),
      ...(resource.type === 'CUSTOM' ? await secretOf(`/resources/${resource.id}`) : {}),
      ...listed(
        'scopes',
        scopes.map((scope) => without(scope)),
      ),
      ...listed(
        'attributes',
        attributes.map((attribute) => without(attribute, 'type')),
      ),
      ...listed('applicationResources', resource.type === 'CUSTOM' ? await collectApplicationResources(list, resource.id) : []),
    });
  }

  const signOnPolicies = [];
  for (const policy of await list('/signOnPolicies')) {
    const actions = await list(`/signOnPolicies/${policy.id}/actions`);
    signOnPolicies.push({
      ...withDefault(policy),
      // Written even if empty: without actions, a seeded policy would ask for a password.
      actions: actions.map((action) => without(action)),
    });
  }

  const { policies, standardId } = await collectKeyRotationPolicies(list, String(environment.name));
  const named = new Set(policies.map(({ id: policy }) => policy));
  /** Omits a key rotation policy that is the default, or could not be read. */
  const signingOf = ({ signing }: CollectedItem) => {
    const policy = collectedId((signing as { keyRotationPolicy?: unknown } | undefined)?.keyRotationPolicy);
    return policy !== standardId && named.has(policy) ? { signing: { keyRotationPolicy: policy } } : {};
  };
  const issuers = await list('/trustedIssuers');
  const applications: CollectedItem[] = [];
  for (const application of await list('/applications')) {
    const { id, type, protocol } = application;
    const own = `/applications/${id}`;
    if (protocol === 'EXTERNAL_LINK') {
      applications.push({ enabled: false, ...without(application) });
      continue;
    }
    if (protocol !== 'OPENID_CONNECT') {
      onLeftOut(`${base}${own} (its protocol is ${protocol})`);
      continue;
    }
    // System applications have no secret and no mappings, the console and self service no grants either.
    const system = String(type).startsWith('PING_ONE_');
    const ofConsole = type === 'PING_ONE_ADMIN_CONSOLE';
    const hasGrants = !ofConsole && type !== 'PING_ONE_SELF_SERVICE';
    const roles = type === 'WORKER' ? await list(`${own}/roleAssignments`) : [];
    applications.push({
      // A seed that leaves these out gets the usual ones (applications/usual.ts).
      ...(system ? {} : { responseTypes: [] }),
      ...without(application, 'signing'),
      ...signingOf(application),
      ...(system ? {} : await secretOf(own)),
      ...listed(
        'grants',
        (hasGrants ? await list(`${own}/grants`) : []).map((grant) => ({
          id: grant.id,
          resource: collectedId(grant.resource),
          scopes: (grant.scopes as unknown[]).map(collectedId),
        })),
      ),
      ...listed(
        'attributes',
        (system ? [] : await list(`${own}/attributes`)).map((attribute) => without(attribute, 'mappingType')),
      ),
      ...listed('roleAssignments', rolesOf(roles)),
      ...listed(
        'trustedIssuerAssignments',
        (system || issuers.length === 0 ? [] : await list(`${own}/trustedIssuerAssignments`)).map(({ id: assignment, trustedIssuer }) => ({
          id: assignment,
          trustedIssuer: collectedId(trustedIssuer),
        })),
      ),
      ...listed(
        'signOnPolicyAssignments',
        (ofConsole ? [] : await list(`${own}/signOnPolicyAssignments`)).map(({ id: assignment, priority, signOnPolicy }) => ({
          id: assignment,
          signOnPolicy: collectedId(signOnPolicy),
          priority,
        })),
      ),
      ...listed(
        'flowPolicyAssignments',
        (ofConsole ? [] : await list(`${own}/flowPolicyAssignments`)).map(({ id: assignment, priority, flowPolicy }) => ({
          id: assignment,
          flowPolicy: collectedId(flowPolicy),
          priority,
        })),
      ),
    });
  }

  const { id, name, description, type, region, organization, license } = environment;
  const own: ConfigurationReader = {
    list,
    secrets,
    read: async (path) => (await reader.read(`${base}${path}`, { optional: true })) as CollectedItem | undefined,
    text: async (path, accept) => reader.text?.(`${base}${path}`, accept),
  };
  const smallKinds: Record<string, unknown> = {};
  for (const kind of [...seedKinds, ...laterSeedKinds, ...lastSeedKinds]) Object.assign(smallKinds, await kind.collect(own));
  const people = users ? await collectUsers(list) : [];
  const collected = {
    environments: [
      {
        id,
        name,
        description,
        type,
        region,
        organization,
        license,
        ...smallKinds,
        ...listed('passwordPolicies', (await list('/passwordPolicies')).map(withDefault)),
        ...listed('populations', await collectPopulations(own)),
        ...listed('schemaAttributes', await collectSchemaAttributes(list)),
        ...listed('keys', await collectKeys(list, environmentId)),
        ...listed('keyRotationPolicies', policies),
        ...listed('groups', await collectGroups(list)),
        ...(people.length > 0 && { users: people }),
        ...listed('resources', resources),
        ...listed('signOnPolicies', signOnPolicies),
        applications,
      },
    ],
  };
  const images = await collectImages(reader, environmentId, collected);
  for (const contents of collected.environments) {
    Object.assign(contents, listed('images', images));
    prune(contents, onLeftOut);
  }
  return inOrder(collected, seedSchema);
}

/** What applications protect of a resource, with its permissions. */
async function collectApplicationResources(list: List, resourceId: string): Promise<CollectedItem[]> {
  const items = [];
  for (const item of await list(`/resources/${resourceId}/applicationResources`)) {
    const permissions = await list(`/applicationResources/${item.id}/permissions`);
    items.push({
      ...without(item, 'parent'),
      ...listed(
        'permissions',
        permissions.map((permission) => without(permission, 'key')),
      ),
    });
  }
  return items;
}

/** Populations, without the theme and the language that they have because these are the environment's default. */
async function collectPopulations({ list, read }: ConfigurationReader): Promise<CollectedItem[]> {
  const defaultOf = async (path: string) => (await list(path)).find((item) => item.default === true);
  const [usualTheme, usualLanguage] = [await defaultOf('/themes'), await defaultOf('/languages')];
  const populations = [];
  for (const population of await list('/populations')) {
    const { theme, preferredLanguage } = population;
    const provider = (await read(`/populations/${population.id}/defaultIdentityProvider`))?.id;
    populations.push({
      ...withDefaultBut(
        population,
        ...(theme !== undefined && collectedId(theme) === usualTheme?.id ? ['theme'] : []),
        ...(preferredLanguage === usualLanguage?.locale ? ['preferredLanguage'] : []),
      ),
      ...(provider !== undefined && { defaultIdentityProvider: { id: provider } }),
    });
  }
  return populations;
}

/** The custom attributes of users. */
async function collectSchemaAttributes(list: List): Promise<CollectedItem[]> {
  const schema = (await list('/schemas')).find(({ name }) => name === 'User');
  const attributes = schema ? await list(`/schemas/${schema.id}/attributes`) : [];
  return attributes
    .filter(({ schemaType }) => schemaType === 'CUSTOM')
    .map(({ displayName, ...attribute }) => ({
      ...without(attribute as CollectedItem, 'schema', 'schemaType', 'ldapAttribute', 'subAttributes'),
      ...(displayName !== undefined && { displayName }),
    }));
}

/** Groups with the groups that they are direct members of, and their roles. */
async function collectGroups(list: List): Promise<CollectedItem[]> {
  const groups = [];
  for (const group of await list('/groups')) {
    const above = (await list(`/groups/${group.id}/memberOfGroups`)).filter(({ type }) => type !== 'INDIRECT');
    const roles = await list(`/groups/${group.id}/roleAssignments`);
    groups.push({
      ...without(group),
      ...listed(
        'memberOfGroups',
        above.map(({ id }) => id),
      ),
      ...listed('roleAssignments', rolesOf(roles)),
    });
  }
  return groups;
}

/** What a user has consented to. */
function consentOf({ agreement, lastConsent }: CollectedItem) {
  if (lastConsent === undefined) return [];
  const { language, revision, at: consentedAt } = lastConsent as Record<string, unknown>;
  return [{ agreement: collectedId(agreement), language, revision, consentedAt }];
}

/** Users with the groups that they are direct members of. Passwords cannot be read. */
async function collectUsers(list: List): Promise<CollectedItem[]> {
  const users = [];
  const dynamic = new Set((await list('/groups')).filter(({ userFilter }) => userFilter !== undefined).map(({ id }) => id));
  const agreements = (await list('/agreements')).length > 0;
  const providers = (await list('/identityProviders')).length > 0;
  for (const user of await list('/users')) {
    const consents = agreements ? await list(`/users/${user.id}/agreementConsents`) : [];
    const devices = await list(`/users/${user.id}/devices`);
    const linked = providers ? await list(`/users/${user.id}/linkedAccounts`) : [];
    const groups = (await list(`/users/${user.id}/memberOfGroups`)).filter(({ id, type }) => type !== 'INDIRECT' && !dynamic.has(id));
    const locked = (user.account as { status?: string } | undefined)?.status === 'LOCKED';
    users.push({
      ...without(user),
      ...(locked && { account: user.account }),
      ...listed(
        'groups',
        groups.map((group) => group.id),
      ),
      ...listed('roleAssignments', rolesOf(await list(`/users/${user.id}/roleAssignments`))),
      ...listed('devices', collectDevices(devices)),
      ...listed('agreementConsents', consents.flatMap(consentOf)),
      ...listed(
        'linkedAccounts',
        linked.map((account) => without(account, 'user')),
      ),
    });
  }
  return users;
}
