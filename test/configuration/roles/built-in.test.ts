import t from 'tap';
import { assignersOf, isPermitted, permissionsOf, permittedPopulations } from '../../../src/configuration/roles/built-in.js';
import { permissionFor, showPermission } from '../../../src/configuration/roles/permissions.js';

const at = '/v1/environments/:environmentId';

t.test('each route and action needs its own permission', async (t) => {
  const cases = [
    ['GET', at, undefined, 'orgmgt:read:environment'],
    ['PUT', `${at}/billOfMaterials`, undefined, 'orgmgt:update:environment'],
    ['HEAD', `${at}/applications`, undefined, 'applications:read:application'],
    ['POST', `${at}/applications`, undefined, 'applications:create:application'],
    ['PUT', `${at}/applications/:applicationId`, undefined, 'applications:update:application'],
    ['POST', `${at}/applications/:applicationId/secret`, undefined, 'applications:update:secret'],
    ['DELETE', `${at}/applications/:applicationId/grants/:itemId`, undefined, 'applications:delete:grant'],
    ['GET', `${at}/applications/:applicationId/flowPolicyAssignments`, undefined, 'applications:read:flowPolicyAssignment'],
    ['GET', `${at}/flowPolicies`, undefined, 'flowPolicies:read:flowPolicy'],
    ['POST', `${at}/users`, 'user.import', 'dir:create:user'],
    ['POST', `${at}/users/:userId`, 'account.lock', 'dir:update:user'],
    ['PATCH', `${at}/users/:userId`, undefined, 'dir:update:user'],
    ['GET', `${at}/users/:userId/password`, undefined, 'dir:read:userPassword'],
    ['PUT', `${at}/users/:userId/password`, 'password.set', 'dir:set:userPassword'],
    ['PUT', `${at}/users/:userId/password`, 'password.reset', 'dir:reset:userPassword'],
    ['POST', `${at}/users/:userId/password`, 'password.check', 'dir:validate:userPassword'],
    ['POST', `${at}/users/:userId/password`, 'constructor', 'dir:set:userPassword'],
    ['GET', `${at}/users/:userId/sessions/:itemId`, undefined, 'authn:read:sessions'],
    ['POST', `${at}/sessions`, undefined, 'authn:create:sessions'],
    ['POST', `${at}/ssoCookieSettings`, undefined, 'authn:update:ssoCookieSettings'],
    ['POST', `${at}/signOnPolicies/:policyId/actions`, undefined, 'authn:create:signOnPolicy'],
  ] as const;
  for (const [method, route, action, expected] of cases)
    t.equal(permissionFor(method, route, action), expected, `${method} ${route} ${action ?? ''}`);
  t.same(showPermission('permissions:read:userRoleAssignments'), {
    id: 'permissions:read:userRoleAssignments',
    classifier: 'userRoleAssignments',
    description: 'Read user role assignments',
  });
  t.same(showPermission('davinci:read:flow'), { id: 'davinci:read:flow' }, 'one of what the mock does not serve');
});

t.test('a role permits only its permissions, and only within its scope', async (t) => {
  const custom = '99999999-9999-4999-8999-999999999999';
  const place = { environmentId: 'e', organizationId: 'o' };
  const read = { ...place, area: 'users', writes: false, permission: 'dir:read:user' };
  const held = (type: string, permissions?: readonly string[]) => [
    { role: { id: custom }, scope: { id: type === 'ORGANIZATION' ? 'o' : 'e', type }, permissions },
  ];
  t.equal(isPermitted(held('ENVIRONMENT', ['dir:read:user']), read), true);
  t.equal(isPermitted(held('ORGANIZATION', ['dir:read:user']), read), true);
  t.equal(isPermitted(held('ENVIRONMENT', ['dir:update:user']), read), false);
  t.equal(isPermitted(held('ENVIRONMENT'), read), false, 'a role that is gone');
  t.equal(isPermitted(held('ENVIRONMENT', ['dir:read:user']), { ...read, permission: undefined }), false);
  const application = { ...place, area: 'applications', writes: false, permission: 'applications:read:application' };
  const owner = held('APPLICATION', ['applications:read:application']);
  t.equal(isPermitted(owner, { ...application, applicationId: 'e' }), true);
  t.equal(isPermitted(owner, { ...application, applicationId: 'f' }), false);
  t.equal(isPermitted(owner, application), false, 'the list');
  t.same(permittedPopulations(held('POPULATION', ['dir:read:user']), read), new Set(['e']));
  t.equal(permittedPopulations(owner, { ...application, applicationId: 'e' }), undefined);
  t.same(assignersOf('7aba580c-5ec7-4b26-987d-85f462767455'), ['29ddce68-cd7f-4b2a-b6fc-f7a19553b496']);
  t.same(assignersOf('29ddce68-cd7f-4b2a-b6fc-f7a19553b496'), ['1813bc13-8d13-4e88-a825-d40bfe82777b']);
  const nothing = { id: custom, name: 'None', applicableTo: [], reads: [], writes: [] };
  t.same(permissionsOf(nothing), []);
});
