import { pathOf } from '../../lib/schema/expectations.js';
import { isUserFilter } from '../directory/dynamic-groups.js';
import { unknownMembers } from './read.js';

/** An environment that was collected, in the format of a seed. */
type Item = Record<string, unknown>;
type Contents = Record<string, Item[] | undefined>;

const idOf = (pointer: unknown): string =>
  String(typeof pointer === 'object' && pointer !== null ? (pointer as { id?: unknown }).id : pointer);

/** Removes the value at a path of an object or a list. */
function removeAt(value: object, path: readonly (string | number)[]): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  const part = (value as Record<string | number, unknown>)[name];
  if (rest.length === 0) delete (value as Record<string | number, unknown>)[name];
  else if (typeof part === 'object' && part !== null) removeAt(part, rest);
}

/**
 * Removes what would make a collected seed invalid: references to what was left out, and members that seeds do not have.
 * Each is reported.
 */
export function prune(environment: object, tell: (text: string) => void): void {
  const contents = environment as Contents;
  const idsOf = (kind: string): Set<string> => new Set((contents[kind] ?? []).map(({ id }) => String(id)));
  const [policies, populations, groups] = [idsOf('passwordPolicies'), idsOf('populations'), idsOf('groups')];
  const [resources, signOnPolicies, trustedIssuers] = [idsOf('resources'), idsOf('signOnPolicies'), idsOf('trustedIssuers')];
  const scopes = new Set((contents.resources ?? []).flatMap(({ scopes = [] }) => (scopes as Item[]).map(({ id }) => String(id))));

  const loses = (place: string, pointer: unknown): void => tell(`${place}: ${idOf(pointer)} is not in the seed`);
  /** A member that holds a reference. */
  const one = (kind: string, name: string, known: ReadonlySet<string>): void => {
    for (const [at, item] of (contents[kind] ?? []).entries()) {
      if (item[name] === undefined || known.has(idOf(item[name]))) continue;
      loses(`${kind}[${at}].${name}`, item[name]);
      delete item[name];
    }
  };
  /** A member that holds a list of references. */
  const many = (item: Item, place: string, name: string, isKnown: (part: never) => boolean, pointer = (part: unknown) => part): void => {
    const list = item[name] as unknown[] | undefined;
    if (!list) return;
    const kept = list.filter((part) => isKnown(part as never));
    for (const part of list) if (!kept.includes(part)) loses(`${place}.${name}`, pointer(part));
    if (kept.length > 0) item[name] = kept;
    else delete item[name];
  };

  /**
   * Subscriptions lose filters and keys that are not in the seed; one whose filter would become empty, and so match
   * everything, is removed.
   */
  const pruneSubscriptions = (): void => {
    const [applications, keys] = [idsOf('applications'), idsOf('keys')];
    const kept = (contents.subscriptions ?? []).filter((subscription, at) => {
      const place = `subscriptions[${at}]`;
      const { filterOptions, tlsClientAuthKeyPair: pair } = subscription as { filterOptions: Item; tlsClientAuthKeyPair?: Item };
      const had = Object.keys(filterOptions).length;
      many(filterOptions, `${place}.filterOptions`, 'includedApplications', ({ id }) => applications.has(id));
      many(filterOptions, `${place}.filterOptions`, 'includedPopulations', ({ id }) => populations.has(id));
      if (pair && !keys.has(idOf(pair))) {
        loses(`${place}.tlsClientAuthKeyPair`, pair);
        delete subscription.tlsClientAuthKeyPair;
      }
      if (Object.keys(filterOptions).length === had) return true;
      tell(`${place}: a filter would be empty without it`);
      return false;
    });
    if (contents.subscriptions) contents.subscriptions = kept;
  };

  one('populations', 'passwordPolicy', policies);
  one('populations', 'theme', idsOf('themes'));
  one('populations', 'defaultIdentityProvider', idsOf('identityProviders'));
  for (const [at, { registration }] of (contents.identityProviders ?? []).entries()) {
    const { population } = (registration ?? {}) as Item;
    if (population === undefined || populations.has(idOf(population))) continue;
    loses(`identityProviders[${at}].registration.population`, population);
    delete (registration as Item).population;
  }
  one('groups', 'population', populations);
  one('users', 'population', populations);
  for (const kind of ['groups', 'users'])
    for (const [at, item] of (contents[kind] ?? []).entries())
      many(item, `${kind}[${at}]`, kind === 'users' ? 'groups' : 'memberOfGroups', (id) => groups.has(id));
  const attributes = (contents.schemaAttributes ?? []).map(({ name }) => String(name));
  for (const [at, group] of (contents.groups ?? []).entries()) {
    if (group.userFilter === undefined || isUserFilter(String(group.userFilter), attributes)) continue;
    tell(`groups[${at}].userFilter: it refers to something that is not in the seed`);
    delete group.userFilter;
  }
  const permissions = new Set(
    (contents.resources ?? []).flatMap(({ applicationResources = [] }) =>
      (applicationResources as Item[]).flatMap(({ permissions: own = [] }) => (own as Item[]).map(({ id }) => String(id))),
    ),
  );
  const users = idsOf('users');
  const providers = idsOf('identityProviders');
  const flowPolicies = idsOf('flowPolicies');
  for (const [at, user] of (contents.users ?? []).entries())
    many(
      user,
      `users[${at}]`,
      'linkedAccounts',
      ({ identityProvider }) => providers.has(idOf(identityProvider)),
      (item) => (item as Item).identityProvider,
    );
  for (const [at, role] of (contents.applicationRoles ?? []).entries()) {
    const place = `applicationRoles[${at}]`;
    many(role, place, 'permissions', (id) => permissions.has(id));
    // Without the users, role assignments have no holders.
    if (!contents.users) delete role.assignments;
    many(
      role,
      place,
      'assignments',
      ({ subject }) => users.has(idOf(subject)),
      (item) => (item as Item).subject,
    );
  }
  for (const [at, application] of (contents.applications ?? []).entries()) {
    const place = `applications[${at}]`;
    many(
      application,
      place,
      'grants',
      ({ resource }) => resources.has(resource),
      (grant) => (grant as Item).resource,
    );
    for (const grant of (application.grants ?? []) as Item[]) {
      many(grant, `${place}.grants`, 'scopes', (id) => scopes.has(id));
      grant.scopes ??= [];
    }
    many(
      application,
      place,
      'trustedIssuerAssignments',
      ({ trustedIssuer }) => trustedIssuers.has(trustedIssuer),
      (item) => (item as Item).trustedIssuer,
    );
    many(
      application,
      place,
      'signOnPolicyAssignments',
      ({ signOnPolicy }) => signOnPolicies.has(signOnPolicy),
      (item) => (item as Item).signOnPolicy,
    );
    many(
      application,
      place,
      'flowPolicyAssignments',
      ({ flowPolicy }) => flowPolicies.has(flowPolicy),
      (item) => (item as Item).flowPolicy,
    );
    const group = (application.accessControl as { group?: Item } | undefined)?.group;
    if (group) many(group, `${place}.accessControl.group`, 'groups', ({ id }) => groups.has(id));
    // A restriction to no group would lock out everyone.
    if (group && !group.groups) delete (application.accessControl as { group?: Item }).group;
  }
  pruneSubscriptions();
  for (const path of unknownMembers(environment)) {
    tell(`${pathOf(path)}: seeds do not include it`);
    removeAt(environment, path);
  }
}
