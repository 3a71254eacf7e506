import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { withHref } from '../../configuration/branding/images.js';
import { defaultThemeOf } from '../../configuration/branding/themes.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Theme } from '../../environment/model/branding.js';
import type { User } from '../../environment/model/user.js';
import type { Html } from '../../lib/html.js';
import { safeMarkup } from '../../lib/safe-markup.js';
import { textMember } from '../../lib/unknown.js';
import { notFound } from '../../pingone/pingone-error.js';
import { folderFrom, sendVersioned } from './style.js';
import { cssAddress, themeCss } from './theme-css.js';

/** What a page shows of the theme of its environment. */
export interface PageTheme {
  readonly template: string;
  /** Where its style sheet is, as seen from the page. */
  readonly stylesheet: string;
  /** The company's name, or the environment's. */
  readonly name: string;
  readonly logo?: string | undefined;
  readonly footer?: Html | undefined;
  /** Where its images come from: the only origins besides its own that the page loads something from. */
  readonly imageOrigins: readonly string[];
}

/**
 * The theme of a user's population, or else the environment's default one. Undefined while that is the built-in one: then
 * pages have the mock's own look, light or dark.
 */
async function themeInForce(environment: Environment, user: User | undefined): Promise<Theme | undefined> {
  const { populations, themes } = environment.store;
  const population = user && (await populations.get(user.population.id));
  const own = population?.theme && (await themes.get(population.theme.id));
  return own ?? (await themes.get((await defaultThemeOf(environment)).id));
}

/** The address of a theme's image: that of an uploaded one is the mock's own. Only the web's are loaded. */
async function imageOf(
  context: Context,
  request: FastifyRequest,
  environment: Environment,
  image: Theme['configuration']['logo'],
): Promise<string | undefined> {
  const reference = await withHref(context, request, environment, image);
  return reference && cssAddress(reference.href) === undefined ? undefined : reference?.href;
}

async function cssOf(context: Context, request: FastifyRequest, environment: Environment, theme: Theme): Promise<string> {
  const { backgroundType, backgroundImage } = theme.configuration;
  const image = backgroundType === 'IMAGE' ? await imageOf(context, request, environment, backgroundImage) : undefined;
  return themeCss(theme, image);
}

const versionOf = (css: string): string => createHash('sha256').update(css).digest('base64url').slice(0, 16);

/** The theme of a page, if it has one. */
export async function pageThemeOf(
  context: Context,
  request: FastifyRequest,
  environment: Environment,
  user: User | undefined,
): Promise<PageTheme | undefined> {
  const theme = await themeInForce(environment, user);
  if (!theme) return undefined;
  const { logoType, logo, backgroundType, backgroundImage, footer } = theme.configuration;
  const [shownLogo, background, settings, css] = await Promise.all([
    logoType === 'IMAGE' ? imageOf(context, request, environment, logo) : undefined,
    backgroundType === 'IMAGE' ? imageOf(context, request, environment, backgroundImage) : undefined,
    environment.store.brandingSettings.get(environment.id),
    cssOf(context, request, environment, theme),
  ]);
  const images = [shownLogo, background].filter((href) => href !== undefined);
  return {
    template: theme.template,
    stylesheet: `${folderFrom(request)}theme.css?id=${theme.id}&v=${versionOf(css)}`,
    name: settings?.companyName || environment.record.name,
    logo: shownLogo,
    footer: typeof footer === 'string' && footer.trim() !== '' ? safeMarkup(footer) : undefined,
    imageOrigins: [...new Set(images.map((href) => new URL(href).origin))],
  };
}

/** The style sheet of a theme. */
export const themeStyle: Endpoint = (app, context) => {
  app.get('/theme.css', async (request, reply) => {
    const environment = environmentOf(context, request);
    const theme = await environment.store.themes.get((textMember(request.query, 'id') ?? '').toLowerCase());
    if (!theme) throw notFound({ reason: 'no theme has this id' });
    const content = await cssOf(context, request, environment, theme);
    return sendVersioned(request, reply, { content, version: versionOf(content), type: 'text/css; charset=utf-8' });
  });
};
