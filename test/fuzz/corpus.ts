import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from './journeys.js';
import type { FuzzRequest } from './request.js';

/** What is sent: one request, a journey of several, or bytes on a socket of their own. */
export type Item = { readonly request: FuzzRequest } | { readonly plan: Plan } | { readonly bytes: string };

/** An item that once failed, and how. */
export type Case = Item & { readonly why: string };

const folder = 'test/fuzz/corpus';

export const readCorpus = (): Case[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case);

/** Keeps what failed, and returns where. */
export function keepCase(item: Item, why: string): string {
  const text = `${JSON.stringify({ why, ...item }, null, 2)}\n`;
  const path = join(folder, `${createHash('sha256').update(JSON.stringify(item)).digest('hex').slice(0, 12)}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text);
  return path;
}
