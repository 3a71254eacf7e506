import type { FastifyRequest } from 'fastify';
import type { Context, Endpoint, Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Secret } from '../../environment/model/configuration.js';
import { showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, insufficientPermissions, notFound } from '../../pingone/pingone-error.js';
import { resource } from '../http/resource.js';
import { secretRoutes } from '../http/secret.js';
import { applicationsOfKey, keyOf } from '../keys/keys.js';
import { isStronger } from '../roles/role-assignments.js';
import { applicationOf } from './applications.js';
import { createAttributeMapping, replaceAttributeMapping, showAttributeMapping } from './attribute-mappings.js';
import { grant } from './grants.js';
import { attributeMappingBody, grantBody } from './schema.js';
import { showApplication } from './view.js';

const path = '/environments/:environmentId/applications/:applicationId';

/** The secret, if the actor may read it: not its own, nor that of a worker with stronger roles. */
async function secretOf(
  { environments }: Context,
  { actor }: FastifyRequest,
  environment: Environment,
  applicationId: string,
): Promise<Secret> {
  const { store } = environment;
  const [application, secret] = await Promise.all([store.applications.get(applicationId), store.secrets.get(applicationId)]);
  if (!application || !secret) throw notFound();
  const stronger = await isStronger(environments, environment, applicationId, actor.roleAssignments);
  if (actor.applicationId === applicationId || (application.type === 'WORKER' && stronger))
    throw insufficientPermissions(texts.noSecretPermission.text);
  return secret;
}

/** An application's secret (docs/fidelity.md, management section 4). */
export const applicationSecret: Endpoint = (app, context) =>
  secretRoutes(app, context, {
    path: `${path}/secret`,
    owner: 'application',
    find: (environment, id, request) => secretOf(context, request, environment, id),
  });

/** Applications of other protocols have neither grants nor claims. */
function requireOpenId({ protocol }: Application): void {
  if (protocol !== 'OPENID_CONNECT') throw notFound();
}

/** The application of this id, if it can be granted anything: the console and the self-service have no grants (docs/fidelity.md, management 3.2). */
async function grantableOf(environment: Environment, id: string): Promise<Application> {
  const application = await applicationOf(environment, id);
  if (['PING_ONE_ADMIN_CONSOLE', 'PING_ONE_SELF_SERVICE'].includes(application.type)) throw notFound();
  return application;
}

/** The scopes of resources that an application is granted (docs/fidelity.md, management 5.1). */
export const applicationGrants: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/grants/:itemId`,
    parent: grantableOf,
    items: ({ environment: { store }, parent }) => store.grants.find('application.id', parent.id),
    show: (item, { self, environment, parent }) =>
      showItem(item, { self, environment, application: parent, resource: `${environment}/resources/${item.resource.id}` }),
  });
  list();
  create(grantBody, async ({ environment, parent }, body) => {
    requireOpenId(parent);
    return grant(environment, parent, body);
  });
  read();
  replace(grantBody, ({ environment, parent }, existing, body) => grant(environment, parent, body, existing));
  remove(({ environment }, { id }) => environment.store.grants.take(id));
};

/** How the claims of an application's tokens are made (docs/fidelity.md, management 5.5). */
export const applicationAttributes: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/attributes/:itemId`,
    parent: applicationOf,
    items: ({ environment: { store }, parent }) => store.attributeMappings.find('application.id', parent.id),
    show: (mapping, { self, environment, parent }, call) =>
      showAttributeMapping(call.environment, mapping, { self, environment, application: parent }),
  });
  list();
  create(attributeMappingBody, async ({ environment, parent }, body) => {
    requireOpenId(parent);
    return createAttributeMapping(environment, parent, body);
  });
  read();
  replace(attributeMappingBody, ({ environment, parent }, existing, body) => replaceAttributeMapping(environment, parent, existing, body));
  remove(async ({ environment }, { id, mappingType }) => {
    if (mappingType !== 'CUSTOM') throw constraint(texts.attributePredefined.text);
    await environment.store.attributeMappings.take(id);
  });
};

/** The applications that use a key. */
export const keyApplications: Endpoint = (app, context) =>
  resource(app, context, {
    path: '/environments/:environmentId/keys/:itemId/applications/:applicationId',
    parent: keyOf,
    items: ({ environment, parent }) => applicationsOfKey(environment, parent.id),
    show: (application, { environment }) => showApplication(application, environment),
  }).list();
