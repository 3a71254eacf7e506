import type { Store } from '../../environment/store/types.js';
import { namesIn } from '../http/paths.js';
import { isReading } from '../roles/permissions.js';

/** The collection in which the name of a changed resource is looked up. */
type Named = keyof Pick<
  Store,
  | 'users'
  | 'applications'
  | 'populations'
  | 'groups'
  | 'resources'
  | 'scopes'
  | 'signOnPolicies'
  | 'passwordPolicies'
  | 'schemaAttributes'
  | 'gateways'
  | 'identityProviders'
  | 'themes'
  | 'languages'
  | 'agreements'
  | 'notificationsPolicies'
  | 'deviceAuthenticationPolicies'
  | 'fido2Policies'
  | 'trustedIssuers'
  | 'keyRotationPolicies'
  | 'customRoles'
  | 'subscriptions'
>;

/** What an audit event calls a resource of the management API. */
export interface Kind {
  /** The first part of the action's type: USER of USER.CREATED. */
  readonly noun: string;
  /** The noun as descriptions write it: Created User. */
  readonly title: string;
  /** The type of the resource. */
  readonly type: string;
  readonly named?: Named | undefined;
}

/**
 * By the names in the path below the environment. Nouns and types of users, groups, populations, applications, policies,
 * scopes, schema attributes, secrets and notification policies are recorded; the rest is PingOne's list of events, and the
 * type is inferred from it.
 */
const table: readonly (readonly [path: string, noun: string, named?: Named, type?: string])[] = [
  ['', 'ENVIRONMENT'],
  ['users', 'USER', 'users'],
  ['users/password', 'PASSWORD', 'users', 'USER'],
  ['users/memberOfGroups', 'MEMBER_OF_GROUP', 'groups'],
  ['users/roleAssignments', 'ROLE_ASSIGNMENT'],
  ['users/linkedAccounts', 'LINKED_ACCOUNT'],
  ['groups', 'GROUP', 'groups'],
  ['groups/memberOfGroups', 'MEMBER_OF_GROUP', 'groups'],
  ['groups/roleAssignments', 'ROLE_ASSIGNMENT'],
  ['populations', 'POPULATION', 'populations'],
  ['applications', 'APPLICATION', 'applications'],
  ['applications/secret', 'SECRET', 'applications', 'APPLICATION'],
  ['applications/grants', 'GRANT'],
  ['applications/flowPolicyAssignments', 'FLOW_POLICY_ASSIGNMENT'],
  ['applications/signOnPolicyAssignments', 'SIGN_ON_POLICY_ASSIGNMENT'],
  ['applications/roleAssignments', 'ROLE_ASSIGNMENT'],
  ['resources', 'RESOURCE', 'resources'],
  ['resources/secret', 'SECRET', 'resources', 'RESOURCE'],
  ['resources/scopes', 'SCOPE', 'scopes'],
  ['resources/attributes', 'RESOURCE_ATTRIBUTE'],
  ['signOnPolicies', 'POLICY', 'signOnPolicies', 'SIGN_ON_POLICY'],
  ['signOnPolicies/actions', 'ACTION', undefined, 'SIGN_ON_POLICY'],
  ['passwordPolicies', 'PASSWORD_POLICY', 'passwordPolicies'],
  ['schemas/attributes', 'SCHEMA_ATTRIBUTE', 'schemaAttributes', 'SCHEMA'],
  ['keys', 'KEY'],
  ['keyRotationPolicies', 'KRP', 'keyRotationPolicies'],
  ['certificates', 'CERTIFICATE'],
  ['roles', 'ROLE', 'customRoles'],
  ['trustedIssuers', 'TRUSTED_ISSUER', 'trustedIssuers'],
  ['applicationRoles', 'APPLICATION_ROLE'],
  ['users/applicationRoles', 'APPLICATION_ROLE_ASSIGNMENT'],
  ['resources/applicationResources', 'APPLICATION_RESOURCE'],
  ['applicationResources/permissions', 'APPLICATION_PERMISSION'],
  ['gateways', 'GATEWAY', 'gateways'],
  ['gateways/roleAssignments', 'ROLE_ASSIGNMENT'],
  ['identityProviders', 'IDENTITY_PROVIDER', 'identityProviders'],
  ['identityProviders/attributes', 'IDP_ATTRIBUTE'],
  ['users/devices', 'DEVICE', undefined, 'USER'],
  ['users/pairingKeys', 'PAIRING_KEY', undefined, 'USER'],
  ['mfaSettings', 'MFA_SETTINGS'],
  ['fido2Policies', 'FIDO2_POLICY', 'fido2Policies'],
  ['applications/pushCredentials', 'PUSH_CREDENTIAL'],
  ['deviceAuthenticationPolicies', 'DEVICE_AUTHENTICATION_POLICY', 'deviceAuthenticationPolicies'],
  ['images', 'IMAGE'],
  ['themes', 'THEME', 'themes'],
  ['brandingSettings', 'BRANDING'],
  ['languages', 'LANGUAGE', 'languages'],
  ['translations', 'TRANSLATION'],
  ['agreements', 'AGREEMENT', 'agreements'],
  ['agreements/languages', 'AGREEMENT_LANGUAGE'],
  ['agreements/languages/revisions', 'AGREEMENT_LANGUAGE_REVISION'],
  ['notificationsSettings', 'NOTIFICATIONS_SETTINGS'],
  ['notificationsSettings/phoneDeliverySettings', 'PHONE_DELIVERY_SETTINGS'],
  ['notificationsPolicies', 'NOTIFICATION_POLICY', 'notificationsPolicies', 'Notification Policy'],
  ['emailDomains', 'EMAIL_DOMAIN'],
  ['emailDomains/trustedEmails', 'TRUSTED_EMAIL'],
  ['customDomains', 'CUSTOM_DOMAIN'],
  ['templates/contents', 'CONTENT'],
  ['subscriptions', 'SUBSCRIPTION', 'subscriptions'],
];
const words = (name: string): string =>
  name.toLowerCase().replace(/(^|_)([a-z])/g, (_, space, letter) => (space && ' ') + letter.toUpperCase());

const kinds = new Map<string, Kind>(table.map(([path, noun, named, type = noun]) => [path, { noun, title: words(noun), type, named }]));

/** The names in a route below the environment: users/password of /v1/environments/:environmentId/users/:userId/password. */
const namesOf = (route: string): string[] =>
  route
    .split('/')
    .slice(4)
    .filter((part) => part !== '' && !part.startsWith(':'));

interface About {
  readonly kind: Kind;
  /** The names of the path that follow the kind's own. */
  readonly rest: readonly string[];
  /** The parameter of the path that has the id of what a request is about; undefined for collections and the environment. */
  readonly idName: string | undefined;
}

/** By route: there are as many as are registered. */
const about = new Map<string, About | undefined>();

/** The kind that a route is about; undefined where no event is recorded. */
export function kindOf(route: string): About | undefined {
  if (!about.has(route)) about.set(route, findKind(route));
  return about.get(route);
}

/** The parameter of a route that has the id of its item: the last one, but for what is below the item. */
function idNameOf(route: string, below: string | undefined): string | undefined {
  const own = below === undefined ? route : route.slice(0, route.lastIndexOf(`/${below}`));
  const name = namesIn(own).at(-1);
  return name === 'environmentId' ? undefined : name;
}

function findKind(route: string): About | undefined {
  if (!route.startsWith('/v1/environments')) return undefined;
  const names = namesOf(route);
  if (['activities', 'sessions'].includes(names[0] ?? '') || names[1] === 'sessions') return undefined;
  for (let length = names.length; length > (names[0] !== undefined ? 0 : -1); length -= 1) {
    const kind = kinds.get(names.slice(0, length).join('/'));
    if (kind) {
      const rest = names.slice(length);
      return { kind, rest, idName: idNameOf(route, rest[0]) };
    }
  }
  return undefined;
}

/** Actions that media types name, as verbs of an event. */
const actions: Readonly<Record<string, readonly [verb: string, words: string]>> = {
  'password.set': ['SET', 'Set password for:'],
  'password.setValue': ['SET', 'Set password for:'],
  'password.reset': ['RESET', 'Reset Password'],
  'password.recover': ['RECOVERY', 'Recovered Password'],
  'password.check': ['CHECK_SUCCEEDED', 'Check Succeeded Password'],
  'password.unlock': ['UNLOCKED', 'Unlocked Password'],
  'password.forceChange': ['FORCE_CHANGE', 'Force Change Password'],
  'account.link': ['CREATED', 'Created Linked Account'],
  'account.lock': ['LOCKED', 'Locked User'],
  'account.unlock': ['UNLOCKED', 'Unlocked User'],
};

/** What a user does with an agreement. */
const consents: Readonly<Record<string, string>> = { 'consent.accept': 'ACCEPTED', 'consent.revoke': 'REVOKED' };

/** The description of an action: `User Access Allowed` of USER.ACCESS_ALLOWED. */
export const describeAction = (type: string): string => words(type.replaceAll('.', '_'));

interface Change {
  readonly method: string;
  readonly route: string;
  /** The action that the media type names. */
  readonly action?: string | undefined;
  readonly status: number;
}

interface Described {
  readonly kind: Kind;
  /** As USER.CREATED. */
  readonly type: string;
  /** The result in words, but for the name at its end. */
  readonly words: string;
  /** Whether the words end with the id instead of the name. */
  readonly byId: boolean;
}

/** What an audit event says about an answered request; undefined if it records none. */
export function describeChange({ method, route, action = '', status }: Change): Described | undefined {
  const found = kindOf(route);
  if (!found) return undefined;
  const { kind, rest } = found;
  const event = (verb: string, result: string, byId = false): Described => ({ kind, type: `${kind.noun}.${verb}`, words: result, byId });
  if (kind.noun === 'PASSWORD' && action === 'password.check' && status >= 400) return event('CHECK_FAILED', 'Check Failed Password', true);
  if (status >= 300) return undefined;
  if (kind.noun === 'SECRET') {
    if (method === 'GET') return event('READ', `Client secret read for ${kind.type.toLowerCase()}`, true);
    return event('UPDATED', `Client secret updated for ${kind.type.toLowerCase()}`, true);
  }
  if (isReading(method, '')) return undefined;
  if (kind.noun === 'PASSWORD' || action.startsWith('account.')) {
    const known = actions[action];
    return known && event(known[0], known[1], kind.noun === 'PASSWORD');
  }
  // A code that was sent changes nothing yet.
  if (/send/i.test(action)) return undefined;
  const noun = kind.title;
  if (kind.noun === 'USER' && rest[0] === 'population') return event('MOVED', 'Moved User');
  const consent = consents[action];
  if (consent) return { kind, type: `AGREEMENT_CONSENT.${consent}`, words: `Agreement Consent ${words(consent)} by ${noun}`, byId: false };
  if (rest.length > 0) return event('UPDATED', `Updated ${rest.join(' ')} for ${noun}`);
  if (method === 'DELETE') return event('DELETED', `Deleted ${noun}`);
  const creates = method === 'POST' && !/:\w+$/.test(route);
  return creates ? event('CREATED', `Created ${noun}`) : event('UPDATED', `Updated ${noun}`);
}
