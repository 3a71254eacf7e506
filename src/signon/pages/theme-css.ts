import type { Theme } from '../../environment/model/branding.js';
import { type Color, isDark, mix, readable, readColor, toHex } from '../../lib/color.js';

/** The colours of a template, where a theme names none (docs/fidelity.md, 4.7). */
interface Colors {
  readonly button: string;
  readonly buttonText: string;
  readonly bodyText: string;
  readonly headingText: string;
  readonly link: string;
  readonly card: string;
  readonly background: string;
}

const usual: Colors = {
  button: '#2996cc',
  buttonText: '#ffffff',
  bodyText: '#686f77',
  headingText: '#686f77',
  link: '#2996cc',
  card: '#ffffff',
  background: '#ededed',
};

const templates: Readonly<Record<string, Colors>> = {
  default: usual,
  focus: { ...usual, button: '#cb0020', bodyText: '#4a4a4a', headingText: '#cb0020', card: '#fcfcfc' },
  mural: { ...usual, button: '#61b375', bodyText: '#000000', headingText: '#000000', card: '#fcfcfc' },
  slate: {
    ...usual,
    button: '#fcfcfc',
    buttonText: '#4a4a4a',
    bodyText: '#4a4a4a',
    headingText: '#4a4a4a',
    link: '#4a4a4a',
    card: '#fcfcfc',
  },
  split: { ...usual, button: '#263956' },
};

/** The address of an image as CSS can hold it in quotes; undefined for one that is not on the web. */
export function cssAddress(href: string | undefined): string | undefined {
  if (href === undefined || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return url.href.replace(/["'\\()\s]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/**
 * The style sheet of a theme. Its colours are parsed and written again, so that nothing but a colour gets into it. Colours that
 * a theme leaves out (borders, quiet text, backgrounds of buttons) are derived from those it has, with enough contrast; its
 * own pairs stay as they are.
 */
export function themeCss(
  { template, configuration }: Pick<Theme, 'template' | 'configuration'>,
  backgroundImage: string | undefined,
): string {
  const own = (Object.hasOwn(templates, template) ? templates[template] : undefined) ?? usual;
  const color = (member: string, otherwise: string): Color => readColor(configuration[member]) ?? readColor(otherwise) ?? [0, 0, 0];
  const card = color('cardColor', own.card);
  const text = color('bodyTextColor', own.bodyText);
  const heading = color('headingTextColor', own.headingText);
  const button = color('buttonColor', own.button);
  const buttonText = color('buttonTextColor', own.buttonText);
  const link = color('linkTextColor', own.link);
  const page = configuration.backgroundType === 'NONE' ? card : color('backgroundColor', own.background);
  const sunken = mix(card, text, 0.06);
  const quiet = readable(mix(text, card, 0.15), [card, sunken], 4.5);
  const onPage = readable(text, [page], 4.5);
  const dark = isDark(card);
  const variables: Readonly<Record<string, Color>> = {
    text,
    heading,
    muted: quiet,
    accent: link,
    'accent-hover': link,
    button,
    'button-hover': mix(button, buttonText, 0.12),
    'on-button': buttonText,
    surface: card,
    'surface-raised': sunken,
    'surface-sunken': sunken,
    border: readable(mix(text, card, 0.4), [card], 3),
    line: mix(text, card, 0.8),
    page,
    'on-page': onPage,
  };
  const address = cssAddress(backgroundImage);
  return [
    ':root {',
    `  color-scheme: ${dark ? 'dark' : 'light'};`,
    ...Object.entries(variables).map(([name, value]) => `  --${name}: ${toHex(value)};`),
    ...(address === undefined ? [] : ['  --on-page: var(--text);', '  --page-surface: var(--surface);']),
    '}',
    ...(address === undefined ? [] : [`html { background-image: url("${address}"); }`]),
    '',
  ].join('\n');
}
