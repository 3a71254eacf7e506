import type { Environment } from '../../environment/context.js';
import type { Theme } from '../../environment/model/branding.js';
import { serialize, serializeAll } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, emptyValue, invalidValue } from '../../pingone/pingone-error.js';
import { pingDefaultTheme } from '../../pingone/predefined.js';
import { keptMembers, newMembers } from '../items.js';
import { oneDefault } from '../one-default.js';
import type { ThemeBody } from './schema.js';

/** The built-in theme of an environment. It is not stored until it is changed or another theme becomes the default. */
export const themeBroughtAlong = ({ id, record: { createdAt } }: { id: string; record: { createdAt: string } }): Theme => ({
  id: derivedId('default theme', id),
  environment: { id },
  createdAt,
  updatedAt: createdAt,
  ...pingDefaultTheme,
});

const kept = oneDefault(({ themes }) => themes, themeBroughtAlong);

/** Every theme of an environment; one by its id, or a 404; the default one; and how one is stored. */
export const { all: themesOf, find: themeOf, defaultOf: defaultThemeOf, put: putTheme, seed: putSeededTheme } = kept;

/** Whether an environment has a theme of this id. */
export const hasTheme = async (environment: Environment, id: string): Promise<boolean> =>
  (await themesOf(environment)).some((theme) => theme.id === id);

/** Requires the members that the types of logo and background need. */
function requireParts({ configuration }: ThemeBody): void {
  const { logoType, logo, backgroundType, backgroundColor, backgroundImage } = configuration;
  const missing = [
    logoType === 'IMAGE' && !logo && 'configuration.logo',
    backgroundType === 'IMAGE' && !backgroundImage && 'configuration.backgroundImage',
    backgroundType === 'COLOR' && !backgroundColor && 'configuration.backgroundColor',
  ].filter((target) => target !== false);
  if (missing.length > 0) throw emptyValue(...missing);
}

export const createTheme = (environment: Environment, body: ThemeBody): Promise<Theme> =>
  serialize(environment, 'themes', async () => {
    requireParts(body);
    return putTheme(environment, { ...newMembers(environment), ...body, default: body.default ?? false });
  });

/** Replaces a theme. The default theme remains the default until another becomes it. */
export const replaceTheme = (environment: Environment, { id }: Theme, body: ThemeBody): Promise<Theme> =>
  serialize(environment, 'themes', async () => {
    requireParts(body);
    const existing = await themeOf(environment, id);
    return putTheme(environment, {
      ...keptMembers(environment, existing),
      ...body,
      default: body.default === true || existing.default,
    });
  });

/** Makes a theme the default, which only another theme can end. */
export const activateTheme = (environment: Environment, { id }: Theme, isDefault: boolean): Promise<Theme> =>
  serialize(environment, 'themes', async () => {
    const existing = await themeOf(environment, id);
    if (existing.default === isDefault) return existing;
    if (!isDefault) throw invalidValue('default', texts.themeDefault.text);
    return putTheme(environment, { ...keptMembers(environment, existing), ...existing, default: true });
  });

/** Deletes a theme that is not the default. The populations that used it have the default theme again. */
export const deleteTheme = (environment: Environment, { id }: Theme): Promise<void> =>
  serializeAll(environment, ['populations', 'themes'], async () => {
    const { themes, populations } = environment.store;
    if ((await themeOf(environment, id)).default) throw constraint(texts.themeDefaultDelete.text);
    await themes.take(id);
    for (const { theme, ...population } of await populations.list()) if (theme?.id === id) await populations.put(population);
  });
