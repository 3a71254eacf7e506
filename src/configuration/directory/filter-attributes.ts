import type { Application } from '../../environment/model/application.js';
import type { EnvironmentRecord, Group, Population } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import type { FilterAttribute, FilterAttributes } from '../../lib/filter/plan.js';

/** What PingOne's lists can be filtered by, and with which operators (docs/fidelity.md, management 1.7). */

const equal = ['eq'] as const;
const equalOrStart = ['eq', 'sw'] as const;
const equalOrPart = ['eq', 'sw', 'ew', 'co'] as const;

type Value = string | number | boolean | null | undefined;

/** A member by its path, as `name.given`. */
const at = (path: string) => {
  const names = path.split('.');
  return (item: object): Value => {
    let found: unknown = item;
    for (const name of names)
      found =
        typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined;
    return typeof found === 'object' ? undefined : (found as Value);
  };
};

type Row = readonly [name: string, operators: readonly string[], options?: Pick<FilterAttribute<object>, 'index' | 'caseExact'>];

const table = (rows: readonly Row[]) =>
  new Map<string, FilterAttribute<object>>(rows.map(([name, operators, options]) => [name, { operators, of: at(name), ...options }]));

const exact = { caseExact: true } as const;
const byId = { index: 'id', caseExact: true } as const;

const ofUsers = table([
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
]);
const ofGroups = table([
  ['id', equal, byId],
  ['name', equalOrStart, { index: 'name' }],
  ['population.id', equal, exact],
  ['externalId', equalOrStart, exact],
]);
const ofPopulations = table([
  ['id', equal, byId],
  ['name', equalOrStart, { index: 'name' }],
]);
const ofEnvironments = table([
  ['id', equal, byId],
  ['name', equalOrStart],
  ['organization.id', equal, exact],
  ['license.id', equal, exact],
  ['type', equal],
]);
// Answers need not say it of one that is active (docs/fidelity.md, management 6.1).
ofEnvironments.set('status', { operators: equal, of: (environment) => at('status')(environment) ?? 'ACTIVE' });
/** The moment is compared as a text: PingOne writes moments in one form. */
const ofLicenses = table([['beginsAt', ['lt']]]);
const ofTotals = table([
  ['startDate', equal],
  ['endDate', equal],
]);
const ofApplications = table([['type', equal]]);
const ofRoles = table([['type', equal]]);

/** One list that can be filtered: its attributes, and their names for whom asks for another. */
export interface Filterable<T> {
  readonly attributes: FilterAttributes<T>;
  readonly names: readonly string[];
  /** Attributes that stand before a filter in brackets. */
  readonly lists: readonly string[];
}

const filterable = <T extends object>(
  rows: ReadonlyMap<string, FilterAttribute<object>>,
  lists: readonly string[] = [],
): Filterable<T> => ({
  attributes: (name) => rows.get(name),
  names: [...rows.keys(), ...lists],
  lists,
});

const users = filterable<User>(ofUsers, ['memberOfGroups']);

interface UserFilterOptions {
  /** String attributes that the environment's schema adds. */
  readonly customAttributes?: readonly string[];
  /** Whether `ew` and `co` are offered: documented for some attributes, refused by a live tenant. */
  readonly parts?: boolean;
}

const parts: readonly string[] = ['ew', 'co'];

/** Users by PingOne's attributes, and by those that the environment's schema adds. */
export const filterableUsers = ({ customAttributes = [], parts: offered = false }: UserFilterOptions = {}): Filterable<User> => ({
  ...users,
  attributes(name) {
    const known = ofUsers.get(name) ?? (customAttributes.includes(name) ? { operators: equalOrStart, of: at(name) } : undefined);
    if (!known || offered || known.operators !== equalOrPart) return known;
    return { ...known, operators: known.operators.filter((operator) => !parts.includes(operator)) };
  },
  names: customAttributes.length === 0 ? users.names : [...users.names, ...customAttributes],
});
export const filterableGroups = filterable<Group>(ofGroups, ['memberOfGroups']);
export const filterablePopulations = filterable<Population>(ofPopulations);
export const filterableEnvironments = filterable<EnvironmentRecord>(ofEnvironments);
export const filterableLicenses = filterable<{ readonly id: string; readonly beginsAt: string }>(ofLicenses);
export const filterableTotals = filterable<object>(ofTotals);
export const filterableApplications = filterable<Application>(ofApplications);
export const filterableRoles = filterable<{ readonly id: string; readonly type: string }>(ofRoles);

/** What lists can be put in order by (docs/fidelity.md, management 1.8). Which attributes those are is told nowhere: what an answer shows. */
export const orderableEnvironments = ['id', 'name', 'description', 'type', 'region', 'status', 'createdAt', 'updatedAt'] as const;
export const orderableLicenses = ['id', 'name', 'package', 'status', 'beginsAt'] as const;
