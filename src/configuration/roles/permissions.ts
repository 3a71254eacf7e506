/**
 * The permissions that administrators' roles are made of, as `service:action:resource` (docs/fidelity.md, management 6.9).
 * These are the permissions for what the mock serves, and which of them a request needs.
 */

interface Place {
  /** The collection under the environment, and optionally a part of its items. */
  readonly path: string;
  readonly service: string;
  readonly resource: string;
  readonly actions: readonly string[];
}

const all = ['create', 'read', 'update', 'delete'];
const assignments = ['create', 'read', 'delete'];
const secrets = ['read', 'update', 'delete'];
const passwords = ['read', 'set', 'reset', 'recover', 'unlock', 'validate'];

const environments: Place = { path: 'environments', service: 'orgmgt', resource: 'environment', actions: all };

const others: readonly Place[] = (
  [
    ['applications', 'applications', 'application', all],
    ['applications/secret', 'applications', 'secret', secrets],
    ['applications/grants', 'applications', 'grant', all],
    ['applications/attributes', 'applications', 'attribute', all],
    ['applications/trustedIssuerAssignments', 'applications', 'trustedIssuerAssignment', assignments],
    ['trustedIssuers', 'trustedIssuers', 'trustedIssuer', all],
    ['applications/signOnPolicyAssignments', 'applications', 'signOnPolicyAssignment', all],
    ['applications/flowPolicyAssignments', 'applications', 'flowPolicyAssignment', all],
    ['flowPolicies', 'flowPolicies', 'flowPolicy', ['read']],
    ['applications/roleAssignments', 'permissions', 'applicationRoleAssignments', assignments],
    ['keyRotationPolicies', 'applications', 'keyRotationPolicy', all],
    ['resources', 'resources', 'resource', all],
    ['resources/secret', 'resources', 'secret', secrets],
    ['resources/scopes', 'resources', 'scope', all],
    ['resources/attributes', 'resources', 'attribute', all],
    ['signOnPolicies', 'authn', 'signOnPolicy', all],
    ['keys', 'certmgt', 'key', all],
    ['certificates', 'certmgt', 'certificate', assignments],
    ['populations', 'dir', 'population', all],
    ['users', 'dir', 'user', all],
    ['users/sessions', 'authn', 'sessions', ['read', 'delete']],
    ['sessions', 'authn', 'sessions', all],
    ['ssoCookieSettings', 'authn', 'ssoCookieSettings', ['read', 'update']],
    ['users/password', 'dir', 'userPassword', passwords],
    ['users/memberOfGroups', 'dir', 'groupMembership', assignments],
    ['users/roleAssignments', 'permissions', 'userRoleAssignments', assignments],
    ['groups', 'dir', 'group', all],
    ['groups/memberOfGroups', 'dir', 'groupMembership', assignments],
    ['groups/roleAssignments', 'permissions', 'groupRoleAssignments', assignments],
    ['schemas', 'dir', 'schema', all],
    ['passwordPolicies', 'dir', 'passwordPolicy', all],
    ['roles', 'permissions', 'roles', all],
    ['agreements', 'agreements', 'agreement', all],
    ['users/agreementConsents', 'agreements', 'userConsent', all],
    // Besides agreements and user consents, the names of services and resources below are inferred.
    ['notificationsSettings', 'notifications', 'notificationsSettings', all],
    ['notificationsPolicies', 'notifications', 'notificationsPolicy', all],
    ['templates', 'notifications', 'template', all],
    ['emailDomains', 'notifications', 'emailDomain', all],
    ['customDomains', 'orgmgt', 'customDomain', all],
    ['images', 'images', 'image', ['create', 'read', 'delete']],
    ['languages', 'languages', 'language', all],
    ['translations', 'languages', 'translation', ['read', 'update']],
    ['themes', 'branding', 'theme', all],
    ['brandingSettings', 'branding', 'settings', ['read', 'update']],
    ['users/devices', 'mfa', 'device', all],
    ['users/pairingKeys', 'mfa', 'pairingKey', assignments],
    ['mfaSettings', 'mfa', 'mfaSettings', ['read', 'update', 'delete']],
    ['fido2Policies', 'mfa', 'fido2Policy', all],
    ['applications/pushCredentials', 'mfa', 'pushCredential', all],
    ['deviceAuthenticationPolicies', 'mfa', 'deviceAuthenticationPolicy', all],
    ['identityProviders', 'identityProviders', 'identityProvider', all],
    ['resources/applicationResources', 'authorize', 'applicationResource', all],
    ['applicationResources', 'authorize', 'applicationResource', all],
    ['applicationResources/permissions', 'authorize', 'applicationPermission', all],
    ['applicationRoles', 'authorize', 'applicationRole', all],
    ['users/applicationRoles', 'authorize', 'applicationRoleAssignment', assignments],
    ['activities', 'audit', 'activity', ['read']],
    ['gateways', 'gateways', 'gateway', all],
    ['subscriptions', 'subscriptions', 'subscription', all],
    ['gateways/roleAssignments', 'permissions', 'gatewayRoleAssignments', assignments],
  ] as const
).map(([path, service, resource, actions]) => ({ path, service, resource, actions }));

const places = [environments, ...others];
const byPath = new Map(places.map((place) => [place.path, place]));

const idOf = ({ service, resource }: Place, action: string): string => `${service}:${action}:${resource}`;

/** A permission as an answer shows it. */
export interface Permission {
  readonly id: string;
  readonly classifier: string;
  readonly description: string;
}

const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const shown = (place: Place, action: string): Permission => ({
  id: idOf(place, action),
  classifier: place.resource,
  description: `${action[0]?.toUpperCase()}${action.slice(1)} ${words(place.resource)}`,
});

interface Known extends Permission {
  /** The collection under the environment. */
  readonly area: string;
  readonly writes: boolean;
}

/** Every permission for what the mock serves, without duplicates. */
export const knownPermissions: readonly Known[] = [
  ...new Map(
    places.flatMap((place) =>
      place.actions.map((action) => {
        const permission = { ...shown(place, action), area: place.path.split('/')[0] as string, writes: action !== 'read' };
        return [permission.id, permission] as const;
      }),
    ),
  ).values(),
];

const known = new Map(knownPermissions.map((permission) => [permission.id, permission]));

/** A permission by its id; for what the mock does not serve, only the id is known. */
export function showPermission(id: string): Permission | { readonly id: string } {
  const permission = known.get(id);
  return permission ? { id, classifier: permission.classifier, description: permission.description } : { id };
}

const methods: Readonly<Record<string, string>> = { GET: 'read', HEAD: 'read', PUT: 'update', PATCH: 'update', DELETE: 'delete' };
const passwordActions = new Map([
  ['password.check', 'validate'],
  ['password.reset', 'reset'],
  ['password.recover', 'recover'],
  ['password.unlock', 'unlock'],
]);

/** Whether a request only reads. A search of activities reads, although it is a POST: its filter is not for the address. */
export const isReading = (method: string, area: string): boolean =>
  ['GET', 'HEAD'].includes(method) || (method === 'POST' && area === 'activities');

/**
 * The permission that a request needs, from its method, its route as registered, and the action of its media type, such
 * as `password.check`. A POST to an item, or to what cannot be created, counts as an update.
 */
export function permissionFor(method: string, route: string, action = ''): string {
  const [, , , , area = '', , part = ''] = route.split('/');
  const place = byPath.get(`${area}/${part}`) ?? byPath.get(area) ?? environments;
  const changes = !place.actions.includes('create') || /:\w+$/.test(route);
  const usual = isReading(method, area) ? 'read' : (methods[method] ?? (changes ? 'update' : 'create'));
  return idOf(place, place.resource === 'userPassword' && usual !== 'read' ? (passwordActions.get(action) ?? 'set') : usual);
}
