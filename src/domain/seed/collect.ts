/**
 * Reads an environment through the management API and writes it as a seed: a running mock's own, or a tenant's. A seed
 * holds the bodies of that API, so what is read is kept as it is, but for what only an answer says.
 */

type Item = Record<string, unknown> & { id: string };

/** Where the management API is, and how it is asked. */
export interface ManagementReader {
  /** Answers the body of a path below /v1, or undefined where there is none or it may not be read. */
  read(path: string): Promise<Record<string, unknown> | undefined>;
}

export interface CollectOptions {
  readonly environmentId: string;
  /** Users are left out unless they are asked for: they are people. */
  readonly users?: boolean;
  /** Secrets of applications and resources, where the reader may read them. */
  readonly secrets?: boolean;
}

/** What an answer says beside the body that makes a thing. */
const answered = [
  '_links',
  '_embedded',
  'environment',
  'createdAt',
  'updatedAt',
  'clientId',
  'userCount',
  'lastSignOn',
  'account',
  'resource',
  'application',
  'user',
  'signOnPolicy',
  'directMemberCounts',
  'totalMemberCounts',
  'readOnly',
  'displayName',
  'default',
];

const without = (item: Item, ...names: string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name) && !answered.includes(name))) as Item;

/** Whether it is the default of its kind is told only of the one that is. */
const withDefault = (item: Item): Item => ({ ...without(item), ...(item.default === true && { default: true }) });

const idOf = (value: unknown): string => String((value as { id?: unknown } | undefined)?.id);

/** An optional member of a seed: left out where it would be empty. */
const listed = <T>(name: string, items: readonly T[]): Record<string, readonly T[]> => (items.length === 0 ? {} : { [name]: items });

export async function collectSeed(reader: ManagementReader, { environmentId, users = false, secrets = false }: CollectOptions) {
  const base = `/environments/${environmentId}`;

  /** Every item of a list, page after page. */
  const list = async (path: string): Promise<Item[]> => {
    const items: Item[] = [];
    const seen = new Set<string>();
    for (let next: string | undefined = `${base}${path}`; next !== undefined && !seen.has(next); ) {
      seen.add(next);
      const body: Record<string, unknown> | undefined = await reader.read(next);
      for (const members of Object.values((body?._embedded ?? {}) as Record<string, Item[]>)) items.push(...members);
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
  if (!environment) throw new Error(`environment ${environmentId} cannot be read: it is not there, or the client has no role in it`);
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
    });
  }

  const signOnPolicies = [];
  for (const policy of await list('/signOnPolicies')) {
    const actions = await list(`/signOnPolicies/${policy.id}/actions`);
    signOnPolicies.push({
      ...withDefault(policy),
      ...listed(
        'actions',
        actions.map((action) => without(action)),
      ),
    });
  }

  const applications: Item[] = [];
  for (const application of await list('/applications')) {
    const { id, type, protocol } = application;
    if (protocol !== 'OPENID_CONNECT' || String(type).startsWith('PING_ONE_')) continue;
    const own = `/applications/${id}`;
    const roles = type === 'WORKER' ? await list(`${own}/roleAssignments`) : [];
    applications.push({
      ...without(application, 'signing'),
      ...(await secretOf(own)),
      ...listed(
        'grants',
        (await list(`${own}/grants`)).map((grant) => ({
          id: grant.id,
          resource: idOf(grant.resource),
          scopes: (grant.scopes as unknown[]).map(idOf),
        })),
      ),
      ...listed(
        'attributes',
        (await list(`${own}/attributes`)).map((attribute) => without(attribute, 'mappingType')),
      ),
      ...listed(
        'roleAssignments',
        roles.map(({ id: assignment, role, scope }) => ({ id: assignment, role: idOf(role), scope })),
      ),
      ...listed(
        'signOnPolicyAssignments',
        (await list(`${own}/signOnPolicyAssignments`)).map(({ id: assignment, priority, signOnPolicy }) => ({
          id: assignment,
          signOnPolicy: idOf(signOnPolicy),
          priority,
        })),
      ),
    });
  }

  const { id, name, description, type, region, organization, license } = environment;
  const people = users ? await collectUsers(list) : [];
  return {
    environments: [
      {
        id,
        name,
        description,
        type,
        region,
        organization,
        license,
        ...listed('passwordPolicies', (await list('/passwordPolicies')).map(withDefault)),
        ...listed('populations', (await list('/populations')).map(withDefault)),
        ...listed('schemaAttributes', await collectSchemaAttributes(list)),
        ...listed('groups', await collectGroups(list)),
        ...(people.length > 0 && { users: people }),
        ...listed('resources', resources),
        ...listed('signOnPolicies', signOnPolicies),
        applications,
      },
    ],
  };
}

type List = (path: string) => Promise<Item[]>;

/** What the environment adds to its users. */
async function collectSchemaAttributes(list: List): Promise<Item[]> {
  const schema = (await list('/schemas')).find(({ name }) => name === 'User');
  const attributes = schema ? await list(`/schemas/${schema.id}/attributes`) : [];
  return attributes
    .filter(({ schemaType }) => schemaType === 'CUSTOM')
    .map(({ displayName, ...attribute }) => ({
      ...without(attribute as Item, 'schema', 'schemaType', 'ldapAttribute', 'subAttributes'),
      ...(displayName !== undefined && { displayName }),
    }));
}

/** Groups with the groups that they are in themselves, and their roles. */
async function collectGroups(list: List): Promise<Item[]> {
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
      ...listed(
        'roleAssignments',
        roles.map(({ id, role, scope }) => ({ id, role: idOf(role), scope })),
      ),
    });
  }
  return groups;
}

/** Users with the groups that they are in themselves. What they know, a password, nobody can read. */
async function collectUsers(list: List): Promise<Item[]> {
  const users = [];
  const dynamic = new Set((await list('/groups')).filter(({ userFilter }) => userFilter !== undefined).map(({ id }) => id));
  for (const user of await list('/users')) {
    const groups = (await list(`/users/${user.id}/memberOfGroups`)).filter(({ id, type }) => type !== 'INDIRECT' && !dynamic.has(id));
    users.push({
      ...without(user),
      ...listed(
        'groups',
        groups.map((group) => group.id),
      ),
    });
  }
  return users;
}

export type CollectedSeed = Awaited<ReturnType<typeof collectSeed>>;
