import { createHash } from 'node:crypto';
import { languageNames, pkceSnippets } from '../core/diagnosis/index.js';
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
};

const toAsset = (name: string, text: string): Asset => ({
  type: types[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
});

/** What the pages show of the server itself: the source of its checks, and the right way in the client's language. */
const source = JSON.stringify({
  files: { 'core/pkce.ts': pkceSource, 'core/redemption.ts': redemptionSource },
  snippets: pkceSnippets,
  languages: languageNames,
});

/** Without what is for readers of the source: lines of comments, and indentation. Nothing else is changed. */
const trimmed = (text: string): string =>
  text
    .replace(/^[ \t]*(\/\*\*?[^\n]*?\*\/|\/\/.*)$/gm, '')
    .replace(/^\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^[ \t]+|\n(?=\n)/gm, '');

const folder = 'inspector/';

const assets: ReadonlyMap<string, Asset> = new Map(
  [
    ['style.css', pages['style.css'] ?? ''] as const,
    ['source.json', source] as const,
    ...Object.entries(pages)
      .filter(([path]) => path.startsWith(folder) && /\.(js|css)$/.test(path))
      .map(([path, text]) => [path.slice(folder.length), trimmed(text)] as const),
  ].map(([name, text]) => [name, toAsset(name, text)]),
);

export const assetNames: readonly string[] = [...assets.keys()];

export const assetNamed = (name: string): Asset | undefined => assets.get(name);

/** Whether a browser has this version already (RFC 9110 §13.1.2). */
export const etagMatches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
