import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { inspectorScripts, inspectorPages as pages, postmanCollectionJson, vectorsJson, worksheetJson } from '../embedded-inspector.js';
import { type Language, languageNames, pkceSnippets } from '../protocol/mistakes/index.js';
import { playgroundTables } from './playground-parameters.js';

/** A page of the inspector, or a file that it loads. */
export interface Asset {
  readonly type: string;
  readonly text: string;
  /** Compressed on first use. */
  gzipped(): Buffer;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
};

/** The media type follows from the name's extension. */
export function toAsset(name: string, text: string): Asset {
  let gzipped: Buffer | undefined;
  return {
    type: types[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
    text,
    gzipped: () => {
      // memLevel 7 compresses these files best.
      gzipped ??= gzipSync(text, { level: 9, memLevel: 7 });
      return gzipped;
    },
    etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
  };
}

/** Code that does PKCE right, by the name of the language. */
const snippets = JSON.stringify(
  Object.fromEntries(Object.entries(pkceSnippets).map(([language, code]) => [languageNames[language as Language], code])),
);

const assets: ReadonlyMap<string, Asset> = new Map(
  [
    ...Object.entries(inspectorScripts),
    ['inspector.css', pages['inspector.css'] ?? ''] as const,
    ['checkup.css', pages['checkup.css'] ?? ''] as const,
    ['icon.svg', pages['icon.svg'] ?? ''] as const,
    ['snippets.json', snippets] as const,
    ['worksheet.json', worksheetJson] as const,
    ['vectors.json', vectorsJson] as const,
    ['pkce.postman_collection.json', postmanCollectionJson] as const,
    ['playground.json', JSON.stringify(playgroundTables)] as const,
  ].map(([name, text]) => [name, toAsset(name, text)]),
);

export const assetNames: readonly string[] = [...assets.keys()];

export const assetNamed = (name: string): Asset | undefined => assets.get(name);

/** Whether a client accepts gzip (RFC 9110 §12.5.3). */
export const takesGzip = (acceptEncoding: unknown): boolean =>
  /\bgzip\b(?!;q=0(\.0*)?(,|$))/.test(String(acceptEncoding ?? '').replaceAll(' ', ''));

/** Whether a client has this version already (RFC 9110 §13.1.2). */
export const etagMatches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
