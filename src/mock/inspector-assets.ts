import { createHash } from 'node:crypto';
import { type Language, languageNames, pkceSnippets } from '../core/diagnosis/index.js';
import { pages, pkceSource, redemptionSource } from '../embedded.js';

/** A file that the pages of the inspector ask for. */
export interface Asset {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
};

const toAsset = (name: string, text: string): Asset => ({
  type: types[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
});

interface SourceOfCheck {
  readonly file: string;
  /** The number of its first line in the file. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** The functions of a file that decide, each with what is said of it, to the character. */
function decidingFunctions(file: string, text: string): SourceOfCheck[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (!/^export function (check|verify)/.test(line)) return [];
    const doc = lines.findLastIndex((each, before) => before < at && !/^(\/\*\*| \*)/.test(each)) + 1;
    return [{ file, first: doc + 1, lines: lines.slice(doc, lines.indexOf('}', at) + 1) }];
  });
}

/** What the pages show of the server itself: the source of its checks, and the right way in the client's language. */
const source = JSON.stringify({
  functions: [...decidingFunctions('core/pkce.ts', pkceSource), ...decidingFunctions('core/redemption.ts', redemptionSource)],
  snippets: Object.fromEntries(Object.entries(pkceSnippets).map(([language, code]) => [languageNames[language as Language], code])),
});

const assets: ReadonlyMap<string, Asset> = new Map(
  [
    ['inspector.js', pages['inspector.js'] ?? ''] as const,
    ['inspector.css', pages['inspector.css'] ?? ''] as const,
    ['icon.svg', pages['icon.svg'] ?? ''] as const,
    ['source.json', source] as const,
  ].map(([name, text]) => [name, toAsset(name, text)]),
);

export const assetNames: readonly string[] = [...assets.keys()];

export const assetNamed = (name: string): Asset | undefined => assets.get(name);

/** Whether a browser has this version already (RFC 9110 §13.1.2). */
export const etagMatches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
