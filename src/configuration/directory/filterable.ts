import type { Group, Population } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { at, byId, equal, equalOrStart, exact, type Filterable, filterable } from '../http/filterable.js';

const parts: readonly string[] = ['ew', 'co'];
const equalOrPart = [...equalOrStart, ...parts];

const users = filterable<User>(
  [
    ['id', equalOrStart, byId],
    ['username', equalOrPart, { index: 'username' }],
    ['email', equalOrPart, { index: 'email' }],
    ['externalId', equalOrStart, { index: 'externalId', caseExact: true }],
    ['population.id', equalOrStart, { index: 'population.id', caseExact: true }],
    ['enabled', equal],
    ['accountId', equalOrStart, exact],
    ...['countryCode', 'locality', 'postalCode', 'region', 'streetAddress'].map((name) => [`address.${name}`, equalOrStart] as const),
    ['name.given', equalOrPart],
    ['name.family', equalOrPart],
    ...['name.formatted', 'name.middle', 'nickname', 'title', 'type', 'locale', 'timezone', 'preferredLanguage'].map(
      (name) => [name, equalOrStart] as const,
    ),
    ...['mobilePhone', 'primaryPhone', 'photo.href'].map((name) => [name, equalOrStart, exact] as const),
  ],
  ['memberOfGroups'],
);

interface UserFilterOptions {
  /** String attributes that the environment's schema adds. */
  readonly customAttributes?: readonly string[];
  /** Whether `ew` and `co` are offered: documented for some attributes, refused by a live tenant in the list of users, taken in the filter of a group. */
  readonly parts?: boolean;
}

const none: readonly string[] = [];
const known = [new WeakMap<readonly string[], Filterable<User>>(), new WeakMap<readonly string[], Filterable<User>>()] as const;

/**
 * Users by PingOne's attributes, and by those that the environment's schema adds. The answer is the same for the same list of
 * attributes, since filters are kept with what they are for.
 */
export function filterableUsers({ customAttributes = none, parts: offered = false }: UserFilterOptions = {}): Filterable<User> {
  const made = known[offered ? 1 : 0];
  const filterableHere = made.get(customAttributes) ?? usersWith(customAttributes, offered);
  made.set(customAttributes, filterableHere);
  return filterableHere;
}

const usersWith = (customAttributes: readonly string[], offered: boolean): Filterable<User> => ({
  ...users,
  attributes(name) {
    const attribute = users.attributes(name) ?? (customAttributes.includes(name) ? { operators: equalOrStart, of: at(name) } : undefined);
    if (!attribute || offered || attribute.operators !== equalOrPart) return attribute;
    return { ...attribute, operators: equalOrStart };
  },
  names: [...users.names, ...customAttributes],
});

export const filterableGroups = filterable<Group>(
  [
    ['id', equal, byId],
    ['name', equalOrStart, { index: 'name' }],
    ['population.id', equal, exact],
    ['externalId', equalOrStart, exact],
  ],
  ['memberOfGroups'],
);

export const filterablePopulations = filterable<Population>([
  ['id', equal, byId],
  ['name', equalOrStart, { index: 'name' }],
]);
