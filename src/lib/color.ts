/** A colour of sRGB: red, green and blue from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

const channels = (values: readonly number[]): Color | undefined => {
  const [red, green, blue] = values;
  const all = [red, green, blue];
  return red !== undefined && green !== undefined && blue !== undefined && all.every((value) => Number(value) <= 255)
    ? [red, green, blue]
    : undefined;
};

/** A colour as CSS writes it: `#rgb`, `#rrggbb`, `rgb(…)`, each with or without an alpha, which is ignored. Undefined for any other text. */
export function readColor(text: unknown): Color | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  const hex = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const digits = hex.length < 6 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    return channels(digits.map((pair) => Number.parseInt(pair, 16)));
  }
  const inside = /^rgba?\(([\d\s,./%]+)\)$/i.exec(text.trim())?.[1];
  return inside === undefined || inside.includes('%') ? undefined : channels((inside.match(/\d+/g) ?? []).map(Number));
}

/** As `#rrggbb`. */
export const toHex = (color: Color): string => `#${color.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;

/** One colour with a share of another. */
export const mix = (color: Color, other: Color, share: number): Color => {
  const [red, green, blue] = color.map((value, at) => value + ((other[at] ?? 0) - value) * share);
  return [red ?? 0, green ?? 0, blue ?? 0];
};

/** Relative luminance (WCAG 2.2), 0 to 1. */
function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours (WCAG 2.2), 1 to 21. */
export function contrast(one: Color, other: Color): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const black: Color = [0, 0, 0];
const white: Color = [255, 255, 255];

/** Whether white text is easier to read on a colour than black text. */
export const isDark = (color: Color): boolean => contrast(color, white) > contrast(color, black);

/** The colour nearest to a wanted one that has a contrast of at least `least` on each of some others, or black or white if none has. */
export function readable(wanted: Color, on: readonly Color[], least: number): Color {
  const [first = white] = on;
  const end = isDark(first) ? white : black;
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(wanted, end, share);
    // The written colour is rounded.
    const rounded = mix(candidate, candidate, 0).map(Math.round) as unknown as Color;
    if (on.every((ground) => contrast(rounded, ground) >= least)) return rounded;
  }
  return end;
}
