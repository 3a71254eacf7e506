import { derivedId } from '../../lib/derived-id.js';
import { withDefault, without } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { seedKind, seedSettings } from '../seed/kind.js';
import { answered, seedObject } from '../seed/schema-parts.js';
import { refusedAt, within } from '../seed/seed-error.js';
import { contentsOf } from './images.js';
import { brandingSettingsBody, seededImage, themeBody } from './schema.js';
import { putSeededTheme, themeBroughtAlong, themesOf } from './themes.js';

/** Images in a seed. The management API has no list of them: collecting a seed therefore looks for those that its other items name. */
export const imageSeeds = seedKind('images', {
  schema: seedObject({ ...seededImage, targets: answered }, ['data']),
  async put({ environment }, { data, original, ...seed }, place) {
    const item = itemOf(environment, seed);
    const contents = await refusedAt(within(place, 'data'), async () =>
      contentsOf(Buffer.from(data, 'base64'), original?.id?.toLowerCase() ?? derivedId('original', item.id)),
    );
    await environment.store.images.put({ ...item, ...contents });
  },
  collect: async () => [],
});

/** Themes in a seed. One replaces the theme of its name. */
export const themeSeeds = seedKind('themes', {
  schema: seedObject(themeBody.properties, themeBody.required),
  async put({ environment }, seed) {
    const { themes } = environment.store;
    const named = (await themesOf(environment)).find(({ configuration }) => configuration.name === seed.configuration.name);
    const theme = {
      ...itemOf(environment, {
        ...seed,
        id: seed.id ?? named?.id ?? (await idFromNames(environment, themes, 'theme', seed.configuration.name ?? '')),
      }),
      default: seed.default ?? named?.default ?? false,
    };
    if (named) await themes.take(named.id);
    await putSeededTheme(environment, theme);
  },
  async collect({ list }) {
    const themes = await list('/themes');
    const isUnchanged = ({ id, environment, ...theme }: (typeof themes)[number]) => {
      const { template, configuration } = theme;
      const own = themeBroughtAlong({ id: (environment as { id: string }).id, record: { createdAt: '' } });
      return (
        id === own.id &&
        theme.default === true &&
        JSON.stringify([template, configuration]) === JSON.stringify([own.template, own.configuration])
      );
    };
    return themes.filter((theme) => !isUnchanged(theme)).map(withDefault);
  },
});

/** Branding settings in a seed. */
export const brandingSettingsSeeds = seedSettings('brandingSettings', {
  schema: seedObject(brandingSettingsBody.properties),
  async put({ environment }, seed) {
    await environment.store.brandingSettings.put(itemOf(environment, { ...seed, id: environment.id }));
  },
  async collect({ read }) {
    const settings = await read('/brandingSettings');
    return settings && without(settings, 'id');
  },
});
