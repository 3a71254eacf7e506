import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { NotificationContent } from '../../environment/model/notifications.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { type NotificationTemplate, notificationTemplates as templates } from '../../pingone/notification-templates.js';
import { environmentUrl, idOf, idsIn, ofEnvironment } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { contentsOf, createContent, deleteContent, replaceContent, templateOf } from './contents.js';
import { notificationContentBody } from './schema-contents.js';

const templatesPath = '/environments/:environmentId/templates';
const templatePath = `${templatesPath}/:templateName`;

/** The kinds of messages, which every environment has and which cannot be changed (docs/fidelity.md, management 7.8). */
export const notificationTemplates: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, template: NotificationTemplate) => {
    const url = environmentUrl(context, request, environment);
    const self = `${url}/templates/${template.id}`;
    return showItem(template, { self, environment: url, contents: `${self}/contents` }, ['usual']);
  };
  app.get(templatesPath, { schema: { params: ofEnvironment } }, (request) => {
    const environment = environmentOf(context, request);
    const self = `${environmentUrl(context, request, environment)}/templates`;
    const shown = templates.map((template) => show(request, environment, template));
    return toCollection('templates', shown, { self, count: shown.length });
  });
  app.get(templatePath, { schema: { params: idsIn(templatePath) } }, (request) =>
    show(request, environmentOf(context, request), templateOf(idOf(request, 'templateName'))),
  );
};

/** The texts of a template: PingOne's own and those of the environment (docs/fidelity.md, management 7.8). */
export const notificationContents: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${templatePath}/contents/:contentId`,
    parent: async (_, name) => templateOf(name),
    items: ({ environment, parent }) => contentsOf(environment, parent),
    show: ({ template: _, ...content }: NotificationContent, { self, environment, parent }) =>
      showItem(content, { self, environment, template: parent }),
  });
  list();
  create(notificationContentBody, ({ environment, parent }, body) => createContent(environment, parent, body));
  read();
  replace(notificationContentBody, ({ environment, parent }, existing, body) => replaceContent(environment, parent, existing, body));
  remove(({ environment }, content) => deleteContent(environment, content));
};
