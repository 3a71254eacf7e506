import { oneOf } from '../../lib/schema/types.js';
import { notificationTemplates } from '../../pingone/notification-templates.js';
import { PingOneError } from '../../pingone/pingone-error.js';
import { without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { seedObject } from '../seed/schema-parts.js';
import { refusal, within } from '../seed/seed-error.js';
import { membersOfContent, templateOf } from './contents.js';
import { notificationContentBody } from './schema-contents.js';

const names = notificationTemplates.map(({ id }) => id);

/** Texts for notification templates in a seed. One replaces that of its template, delivery method, locale and variant. */
export const notificationContentSeeds = seedKind('notificationContents', {
  schema: seedObject({ ...notificationContentBody.properties, template: oneOf(...names) }, [
    ...notificationContentBody.required,
    'template',
  ]),
  async put({ environment }, { template: name, id, ...body }, place) {
    const { notificationContents } = environment.store;
    const { locale, deliveryMethod, variant = '' } = body;
    const key = [name, deliveryMethod, locale.toLowerCase(), variant.toLowerCase()].join('/');
    const [same] = await notificationContents.find('template, locale and variant', key);
    try {
      const content = {
        ...itemOf(environment, { id: id ?? same?.id, ...membersOfContent(templateOf(name), body) }),
        template: { id: name },
      };
      if (same && same.id !== content.id) await notificationContents.take(same.id);
      await notificationContents.put(content);
    } catch (error) {
      if (error instanceof PingOneError) throw refusal(within(place, error.details[0]?.target ?? 'template'), error.message);
      throw error;
    }
  },
  async collect({ list }) {
    const contents = [];
    for (const template of await list('/templates'))
      for (const content of await list(`/templates/${template.id}/contents`))
        if (content.default === false) contents.push({ ...without(content), template: template.id });
    return contents;
  },
});
