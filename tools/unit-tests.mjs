// The tests of what neither listens nor stores, in one process: most of what a test file costs is its start.
// A test whose source is gone may still lie in build/, so the sources say what there is.
import { readdirSync } from 'node:fs';

const root = new URL('..', import.meta.url);

for (const folder of ['lib', 'settings', 'protocol', 'pingone'])
  for (const name of readdirSync(new URL(`test/${folder}`, root), { recursive: true })
    .map(String)
    .sort())
    if (name.endsWith('.test.ts')) await import(new URL(`build/test/${folder}/${name.replace(/ts$/, 'js')}`, root).href);
