import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { BrandingSettings, Image, Theme } from '../../environment/model/branding.js';
import { toLinks } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { created } from '../http/answers.js';
import { accepting } from '../http/bodies.js';
import { environmentUrl, idsIn, ofEnvironment } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { acceptBytes } from '../http/uploads.js';
import { keptMembers, newMembers } from '../items.js';
import { createImage, hrefOf, imageOf, largestImage, shownType, withHref } from './images.js';
import { brandingSettingsBody, themeBody, themeDefaultBody } from './schema.js';
import { activateTheme, createTheme, deleteTheme, replaceTheme, themeOf, themesOf } from './themes.js';

const imagesPath = '/environments/:environmentId/images';
const bytes = { type: 'string', format: 'binary' } as const;
const imageTypes = accepting({ 'image/png': bytes, 'image/jpeg': bytes, 'image/jpg': bytes, 'image/gif': bytes });

/** Images (docs/fidelity.md, management 7.1): uploaded as they are, without any list, and never changed. */
export const images: Endpoint = (app, context) => {
  acceptBytes(app, /^image\/(png|jpe?g|gif)/i);
  const show = (image: Image, self: string, environment: string, href: string) => ({
    ...showItem({ id: image.id, environment: image.environment, createdAt: image.createdAt }, { self, environment }),
    targets: { original: { ...image.original, type: shownType, href } },
  });
  const { read, remove } = resource(app, context, {
    path: `${imagesPath}/:itemId`,
    find: imageOf,
    show: (image, { self, environment }, { request }) => show(image, self, environment, hrefOf(context, request, image)),
  });
  app.post(imagesPath, { schema: { params: ofEnvironment }, config: imageTypes, bodyLimit: largestImage }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const image = await createImage(environment, request.body);
    const url = environmentUrl(context, request, environment);
    return created(reply, show(image, `${url}/images/${image.id}`, url, hrefOf(context, request, image)));
  });
  read();
  remove(({ environment }, { id }) => environment.store.images.take(id));
};

const themePath = '/environments/:environmentId/themes/:itemId';

/** Branding themes (docs/fidelity.md, management 7.2). */
export const themes: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: themePath,
    items: ({ environment }) => themesOf(environment),
    find: themeOf,
    show: async ({ id, environment, template, default: isDefault, configuration }: Theme, urls, { request, environment: own }) => {
      const [logo, backgroundImage] = await Promise.all(
        [configuration.logo, configuration.backgroundImage].map((image) => withHref(context, request, own, image)),
      );
      return showItem(
        {
          id,
          environment,
          template,
          default: isDefault,
          configuration: { ...configuration, ...(logo && { logo }), ...(backgroundImage && { backgroundImage }) },
        },
        { self: urls.self, environment: urls.environment, default: `${urls.self}/default` },
      );
    },
  });
  list();
  create(themeBody, ({ environment }, body) => createTheme(environment, body));
  read();
  replace(themeBody, ({ environment }, existing, body) => replaceTheme(environment, existing, body));
  remove(({ environment }, theme) => deleteTheme(environment, theme));

  const path = `${themePath}/default`;
  const params = idsIn(path);
  const showDefault = (theme: Theme, url: string) => {
    const self = `${url}/themes/${theme.id}`;
    return { _links: toLinks({ self: `${self}/default`, environment: url, theme: self }), default: theme.default };
  };
  app.get(path, { schema: { params } }, async (request) => {
    const environment = environmentOf(context, request);
    return showDefault(await themeOf(environment, request.params.itemId as string), environmentUrl(context, request, environment));
  });
  app.put(path, { schema: { params, body: themeDefaultBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const theme = await themeOf(environment, request.params.itemId as string);
    return showDefault(await activateTheme(environment, theme, request.body.default), environmentUrl(context, request, environment));
  });
};

const settingsPath = '/environments/:environmentId/brandingSettings';

/** The company's name and logo (docs/fidelity.md, management 7.3). */
export const brandingSettings: Endpoint = (app, context) => {
  const show = async (request: FastifyRequest, environment: Environment, settings: Pick<BrandingSettings, 'companyName' | 'logo'>) => {
    const url = environmentUrl(context, request, environment);
    return {
      _links: toLinks({ self: `${url}/brandingSettings`, environment: url }),
      id: environment.id,
      environment: { id: environment.id },
      companyName: settings.companyName,
      logo: await withHref(context, request, environment, settings.logo),
    };
  };
  app.get(settingsPath, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, (await environment.store.brandingSettings.get(environment.id)) ?? {});
  });
  app.put(settingsPath, { schema: { params: ofEnvironment, body: brandingSettingsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { brandingSettings: kept } = environment.store;
    const existing = (await kept.get(environment.id)) ?? { ...newMembers(environment), id: environment.id };
    await kept.put({ ...keptMembers(environment, existing), ...request.body });
    return show(request, environment, request.body);
  });
};
