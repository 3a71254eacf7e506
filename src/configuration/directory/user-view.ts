import type { User } from '../../environment/model/user.js';
import { toLinks } from '../../pingone/hal.js';

/** The members in PingOne's order (docs/fidelity.md, management 6.4). */
const order = `
  account accountId address createdAt email emailVerified enabled externalId identityProvider lastSignOn lifecycle
  locale mfaEnabled mobilePhone name nickname photo population preferredLanguage primaryPhone timezone title type
  updatedAt username verifyStatus
`
  .trim()
  .split(/\s+/);

function membersOf(user: User, added: readonly string[]): Record<string, unknown> {
  const members: Record<string, unknown> = { id: user.id, environment: user.environment };
  for (const name of order) if (user[name] !== undefined) members[name] = user[name];
  for (const name of added) if (user[name] !== undefined) members[name] = user[name];
  return members;
}

/** The links of a user in a list: fewer than in an answer of its own. */
function listLinks(user: User, environmentUrl: string): Record<string, string> {
  const self = `${environmentUrl}/users/${user.id}`;
  const password = `${self}/password`;
  return {
    self,
    password,
    'password.set': password,
    'password.reset': password,
    'password.check': password,
    'password.recover': password,
    'account.sendVerificationCode': self,
    linkedAccounts: `${self}/linkedAccounts`,
  };
}

/** A user as an item of a list. */
export const showListedUser = (user: User, environmentUrl: string, added: readonly string[] = []) => ({
  _links: toLinks(listLinks(user, environmentUrl)),
  ...membersOf(user, added),
});

/** A user as an answer of its own. `added` are the names of custom attributes. */
export function showUser(user: User, environmentUrl: string, added: readonly string[] = []) {
  const { self, linkedAccounts, ...rest } = listLinks(user, environmentUrl);
  const links = {
    self,
    environment: environmentUrl,
    population: `${environmentUrl}/populations/${user.population.id}`,
    devices: `${self}/devices`,
    roleAssignments: `${self}/roleAssignments`,
    ...rest,
    memberOfGroups: `${self}/memberOfGroups`,
    linkedAccounts,
  };
  return { _links: toLinks(links), ...membersOf(user, added) };
}
