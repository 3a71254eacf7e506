/** What a `User-Agent` header says about the program that sent it (RFC 9110 §10.1.5): by convention only, and never reliably. */
export interface UserAgent {
  readonly browser: { readonly name: string; readonly version?: string | undefined };
  readonly operatingSystem?: { readonly name: string; readonly version?: string | undefined };
  readonly device: { readonly type: string };
}

/** Programs by the product that only they name. Those that name others as well come first. */
const browsers = [
  ['Edge', /\bEdg(?:A|iOS)?\/([\d.]+)/],
  ['Opera', /\bOPR\/([\d.]+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/([\d.]+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/([\d.]+)/],
  ['Mobile Safari', /\bVersion\/([\d.]+) Mobile\/\w+ Safari\//],
  ['Safari', /\bVersion\/([\d.]+) Safari\//],
] as const;

const systems = [
  ['iOS', /\b(?:iPhone|CPU) OS ([\d_]+)/],
  ['Android', /\bAndroid ?([\d.]+)?/],
  ['Windows', /\bWindows NT ([\d.]+)/],
  ['Mac OS X', /\bMac OS X ([\d_.]+)/],
  ['Chrome OS', /\bCrOS \w+ ([\d.]+)/],
  ['Linux', /\bLinux\b()/],
] as const;

const devices = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Mac', /\bMacintosh\b/],
] as const;

type Found = { readonly name: string; readonly version?: string | undefined };

function firstOf(table: readonly (readonly [string, RegExp])[], text: string): Found | undefined {
  for (const [name, pattern] of table) {
    const match = pattern.exec(text);
    if (match) return { name, version: match[1]?.replaceAll('_', '.') || undefined };
  }
  return undefined;
}

/**
 * Reads a `User-Agent` header. A program that is not in the table is identified by its first product, such as `curl` 8.5.0; a device that
 * is not in it is `Other`. Undefined for an empty header.
 */
export function readUserAgent(text: string): UserAgent | undefined {
  const [, name, version] = /^\s*([^\s/()]+)(?:\/([\w.-]+))?/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const operatingSystem = firstOf(systems, text);
  return {
    browser: firstOf(browsers, text) ?? { name, version },
    ...(operatingSystem && { operatingSystem }),
    device: { type: devices.find(([, pattern]) => pattern.test(text))?.[0] ?? 'Other' },
  };
}
