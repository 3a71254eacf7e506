import { boolean, type Infer, object, oneOf, uuid, webAddress } from '../../lib/schema/types.js';

/** The bodies of themes and branding settings (docs/fidelity.md, management 7.2). */

const image = object({ id: uuid, href: webAddress });
const color = { type: 'string', maxLength: 64 } as const;

export const themeBody = object(
  {
    template: oneOf('default', 'focus', 'mural', 'slate', 'split'),
    configuration: object(
      { backgroundType: oneOf('NONE', 'COLOR', 'IMAGE', 'DEFAULT'), logoType: oneOf('IMAGE', 'NONE') },
      {
        name: { type: 'string', minLength: 1, maxLength: 256 } as const,
        backgroundColor: color,
        backgroundImage: image,
        bodyTextColor: color,
        buttonColor: color,
        buttonTextColor: color,
        cardColor: color,
        footer: { type: 'string', maxLength: 4096 } as const,
        headingTextColor: color,
        linkTextColor: color,
        logo: image,
      },
    ),
  },
  { default: boolean },
);
export type ThemeBody = Infer<typeof themeBody>;

/** The body that makes a theme the environment's default. */
export const themeDefaultBody = object({ default: boolean });

export const brandingSettingsBody = object({}, { companyName: { type: 'string', maxLength: 256 } as const, logo: image });
export type BrandingSettingsBody = Infer<typeof brandingSettingsBody>;

/** An image in a seed: its contents in base64. */
export const seededImage = { data: { type: 'string', minLength: 1 }, original: object({}, { id: uuid }) } as const;
export interface SeedImage {
  readonly id?: string;
  readonly data: string;
  readonly original?: { readonly id?: string };
}
export type SeedBrandingSettings = BrandingSettingsBody & { readonly id?: string };
export type SeedTheme = ThemeBody & { readonly id?: string };
