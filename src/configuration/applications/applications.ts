import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { keyRotationPolicyIdOf } from '../../environment/policy-keys.js';
import { newSecret, validSecrets } from '../../environment/secrets.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { notFound, notUnique } from '../../pingone/pingone-error.js';
import { subjectExpression } from '../../pingone/predefined.js';
import { nowOf } from '../items.js';
import { toApplication, withDefaults } from './members.js';
import { type ApplicationBody, isSystemType } from './schema.js';
import { applicationProblems, refuseApplication } from './validate.js';

/** The application of this id, or PingOne's own 404 for applications. */
export async function applicationOf({ store }: Environment, id: string): Promise<Application> {
  const application = await store.applications.get(id);
  if (!application) throw notFound({ text: texts.applicationUnknown.text(id) });
  return application;
}

const mobileIds = ['bundleId', 'packageName', 'huaweiAppId', 'huaweiPackageName'] as const;
type Mobile = NonNullable<ApplicationBody['mobile']>;

/** Refuses values that must be unique in an environment (docs/fidelity.md, management 3.4, 3.5). */
async function requireUnique({ store }: Environment, body: ApplicationBody, ownId: string | undefined): Promise<void> {
  const given = mobileIds.filter((name) => body.mobile?.[name] !== undefined);
  if (body.devicePathId === undefined && given.length === 0) return;
  for (const other of await store.applications.list()) {
    if (other.id === ownId) continue;
    if (body.devicePathId !== undefined && other.devicePathId === body.devicePathId) throw notUnique('devicePathId');
    const taken = given.find((name) => (other.mobile as Mobile | undefined)?.[name] === body.mobile?.[name]);
    if (taken) throw notUnique(`mobile.${taken}`);
  }
}

interface NewApplication {
  readonly id?: string;
  readonly creatorsRoles?: readonly Pick<RoleAssignment, 'role' | 'scope'>[];
  /** Takes an application that redirects but has no redirect URI yet, as seeds may. The management API refuses it. */
  readonly redirectUrisMayFollow?: boolean;
}

/**
 * Creates an application from a body of the right shape, with its secret and its mapping of `sub`. A worker gets the roles
 * of its creator, unless the body declines (docs/fidelity.md, management 3.10). All in one step: a kill leaves all or nothing.
 */
export async function createApplication(
  environment: Environment,
  body: ApplicationBody,
  { id: givenId, creatorsRoles = [], redirectUrisMayFollow = false }: NewApplication = {},
): Promise<Application> {
  const complete = withDefaults(body);
  const problems = applicationProblems(complete).filter(({ target, code }) => {
    const follows = redirectUrisMayFollow && target === 'redirectUris' && code === 'EMPTY_VALUE';
    return !follows;
  });
  if (problems.length > 0) throw refuseApplication(problems);
  await requireUnique(environment, complete, givenId);

  const { store, random } = environment;
  const id = givenId ?? random.uuid();
  const createdAt = nowOf(environment);
  const application = toApplication(complete, {
    id,
    environmentId: environment.id,
    createdAt,
    updatedAt: createdAt,
    keyRotationPolicyId: keyRotationPolicyIdOf(environment),
  });
  const stamps = { createdAt, updatedAt: createdAt };
  const puts = [store.applications.put(application)];
  if (application.type === 'WORKER' && application.assignActorRoles)
    for (const { role, scope } of creatorsRoles)
      puts.push(
        store.roleAssignments.put({
          id: random.uuid(),
          environment: { id: environment.id },
          holder: { id, type: 'APPLICATION' },
          role,
          scope,
          ...stamps,
        }),
      );
  if (application.protocol === 'OPENID_CONNECT')
    puts.push(
      store.secrets.put({ id, secret: newSecret(environment) }),
      store.attributeMappings.put({
        id: derivedId('attribute mapping', id, 'sub'),
        environment: { id: environment.id },
        application: { id },
        name: 'sub',
        value: subjectExpression,
        required: true,
        mappingType: 'CORE',
        createdAt,
        updatedAt: createdAt,
      }),
    );
  await Promise.all(puts);
  return application;
}

/** The members of system applications that can be changed (docs/fidelity.md, management 3.2). */
const systemMembers = [
  'enabled',
  'hiddenFromAppPortal',
  'applyDefaultTheme',
  'enableDefaultThemeFooter',
  'manageDevicesViaMyAccountEnabled',
  'logoutType',
  'pkceEnforcement',
] as const;

/**
 * A system application after a PUT: who may use it and its footer are as the body says, the rest is kept if the body leaves
 * it out. The admin console is for administrators, whatever the body says (docs/fidelity.md, management 3.2).
 */
function changeSystemApplication(existing: Application, body: ApplicationBody, updatedAt: string): Application {
  const changed = Object.fromEntries(systemMembers.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
  if (existing.type === 'PING_ONE_ADMIN_CONSOLE') return { ...existing, ...changed, updatedAt };
  const { accessControl: _, enableDefaultThemeFooter: __, ...kept } = existing;
  return { ...kept, ...changed, ...(body.accessControl && { accessControl: body.accessControl }), updatedAt };
}

/** The body with the members that cannot change as they were. */
function immutable(existing: Application, body: ApplicationBody): ApplicationBody {
  const kept = existing.mobile as Mobile | undefined;
  const mobile = kept &&
    body.mobile && {
      ...body.mobile,
      ...Object.fromEntries(mobileIds.flatMap((name) => (kept[name] === undefined ? [] : [[name, kept[name]]]))),
    };
  return {
    ...body,
    type: existing.type as ApplicationBody['type'],
    protocol: existing.protocol as ApplicationBody['protocol'],
    assignActorRoles: existing.assignActorRoles as boolean | undefined,
    // Once set, they cannot be cleared.
    refreshTokenDuration: body.refreshTokenDuration ?? existing.refreshTokenDuration,
    refreshTokenRollingDuration: body.refreshTokenRollingDuration ?? existing.refreshTokenRollingDuration,
    ...(mobile && { mobile }),
  };
}

/** Replaces an application by a body of the right shape: what the body leaves out is reset to its default. */
export async function replaceApplication(environment: Environment, existing: Application, body: ApplicationBody): Promise<Application> {
  const updatedAt = nowOf(environment);
  if (isSystemType(existing.type)) {
    const application = changeSystemApplication(existing, body, updatedAt);
    await environment.store.applications.put(application);
    return application;
  }
  const complete = withDefaults(immutable(existing, body));
  const problems = applicationProblems(complete);
  if (problems.length > 0) throw refuseApplication(problems);
  await requireUnique(environment, complete, existing.id);
  const application = toApplication(complete, {
    id: existing.id,
    environmentId: environment.id,
    createdAt: existing.createdAt,
    updatedAt,
  });
  await environment.store.applications.put(application);
  return application;
}

/** Deletes an application with all that belongs to it. */
export async function deleteApplication({ store }: Environment, id: string): Promise<void> {
  await store.applications.take(id);
  const [grants, mappings, roles, policies, flows, issuers, pushes] = await Promise.all([
    store.grants.find('application.id', id),
    store.attributeMappings.find('application.id', id),
    store.roleAssignments.find('holder.id', id),
    store.signOnPolicyAssignments.find('application.id', id),
    store.flowPolicyAssignments.find('application.id', id),
    store.trustedIssuerAssignments.find('application.id', id),
    store.pushCredentials.find('application.id', id),
  ]);
  await Promise.all([
    store.secrets.take(id),
    ...grants.map((item) => store.grants.take(item.id)),
    ...mappings.map((item) => store.attributeMappings.take(item.id)),
    ...roles.map((item) => store.roleAssignments.take(item.id)),
    ...policies.map((item) => store.signOnPolicyAssignments.take(item.id)),
    ...flows.map((item) => store.flowPolicyAssignments.take(item.id)),
    ...issuers.map((item) => store.trustedIssuerAssignments.take(item.id)),
    ...pushes.map((item) => store.pushCredentials.take(item.id)),
  ]);
}

/** The secrets that an application can authenticate with now. */
export const applicationSecrets = (environment: Environment, applicationId: string, now: number): Promise<string[]> =>
  validSecrets(environment, applicationId, now);
