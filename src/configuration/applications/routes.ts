import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { serialize, serializeAll } from '../../environment/serialize.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { insufficientPermissions, requestFailed } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { equal, filterable } from '../http/filterable.js';
import { planOf } from '../http/filtering.js';
import { keepViews } from '../http/kept-views.js';
import { environmentUrl, ofApplication, ofEnvironment } from '../http/paths.js';
import { dropLostRoles, dropRoles, isStronger } from '../roles/role-assignments.js';
import { applicationOf, createApplication, deleteApplication, replaceApplication } from './applications.js';
import { showAttributeMapping } from './attribute-mappings.js';
import { requireReferences } from './references.js';
import { type ApplicationBody, applicationBody, isSystemType, newApplicationBody } from './schema.js';
import { insecureRedirectUris } from './uris.js';
import { showApplication } from './view.js';

const path = '/environments/:environmentId/applications';

/** An application as an answer shows it, with its attribute mappings where the query asks for them (docs/fidelity.md, management 1.8). */
async function showExpanded(environment: Environment, shown: Application, url: string, expand: string | undefined) {
  const view = showApplication(shown, url);
  if (expand !== 'attributes') return view;
  const mappings = await environment.store.attributeMappings.find('application.id', shown.id);
  const application = `${url}/applications/${shown.id}`;
  const attributes = await Promise.all(
    mappings.map((item) =>
      showAttributeMapping(environment, item, { self: `${application}/attributes/${item.id}`, environment: url, application }),
    ),
  );
  return { ...view, _embedded: { attributes } };
}

const viewOfListed = keepViews(showApplication);
const filterableApplications = filterable<Application>([['type', equal]]);
const expandQuery = object({}, { expand: string });

/** The turns to hold while an application is created or changed, so that what it refers to is not deleted meanwhile. */
const referredTo = ({ signing, kerberos, devicePathId, mobile, accessControl }: ApplicationBody): readonly string[] => [
  ...(devicePathId !== undefined || mobile ? ['unique members of applications'] : []),
  ...(signing ? ['key rotation policies'] : []),
  ...(kerberos ? ['keys'] : []),
  ...(accessControl?.group ? ['groups'] : []),
];

const warnOfPlainHttp = ({ log }: FastifyRequest, { name, redirectUris }: Application): void => {
  for (const uri of insecureRedirectUris(redirectUris)) log.warn({ application: name, uri }, 'a redirect URI over plain http');
};

/** Applications (docs/fidelity.md, management section 3). */
export const applications: Endpoint = (app, context) => {
  /** An actor must not change a worker that has stronger roles, just as it may not read its secret (docs/fidelity.md, management 4). */
  const requireNoStronger = async ({ actor }: FastifyRequest, environment: Environment, { id, type }: Application): Promise<void> => {
    if (type !== 'WORKER' || actor.applicationId === id) return;
    if (await isStronger(context.environments, environment, id, actor.roleAssignments)) throw insufficientPermissions();
  };

  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const plan = await planOf(environment, request.query.filter, filterableApplications);
    const found = (await environment.store.applications.list()).filter((application) => plan?.fits(application) ?? true);
    const items = found.map((application) => viewOfListed(application, url));
    // No count, and a self link without the query (docs/fidelity.md, management 1.5).
    return toCollection('applications', items, { self: `${url}/applications` });
  });

  app.post(path, { schema: { params: ofEnvironment, querystring: expandQuery, body: newApplicationBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const application = await serializeAll(environment, referredTo(request.body), async () => {
      await requireReferences(environment, request.body);
      return createApplication(environment, request.body, { creatorsRoles: request.actor.roleAssignments });
    });
    // The actor's roles were read when the request arrived; their scopes may be gone by now.
    if (application.type === 'WORKER') await dropLostRoles(context.environments, environment, application.id);
    warnOfPlainHttp(request, application);
    const url = environmentUrl(context, request, environment);
    return created(reply, await showExpanded(environment, application, url, request.query.expand));
  });

  app.get(`${path}/:applicationId`, { schema: { params: ofApplication, querystring: expandQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    const application = await applicationOf(environment, request.params.applicationId);
    const url = environmentUrl(context, request, environment);
    return showExpanded(environment, application, url, request.query.expand);
  });

  app.put(`${path}/:applicationId`, { schema: { params: ofApplication, body: applicationBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { applicationId } = request.params;
    const turns = [`application ${applicationId}`, ...referredTo(request.body)];
    const application = await serializeAll(environment, turns, async () => {
      const existing = await applicationOf(environment, applicationId);
      await requireNoStronger(request, environment, existing);
      await requireReferences(environment, request.body, existing);
      return replaceApplication(environment, existing, request.body);
    });
    warnOfPlainHttp(request, application);
    return showApplication(application, environmentUrl(context, request, environment));
  });

  app.delete(`${path}/:applicationId`, { schema: { params: ofApplication } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { applicationId } = request.params;
    await serialize(environment, `application ${applicationId}`, async () => {
      const existing = await applicationOf(environment, applicationId);
      const { id, type } = existing;
      await requireNoStronger(request, environment, existing);
      if (isSystemType(type)) throw requestFailed({ code: 'CONSTRAINT_VIOLATION', message: texts.systemApplication.text });
      await deleteApplication(environment, id);
      await dropRoles(context.environments, { id, type: 'APPLICATION' });
    });
    return done(reply);
  });
};
