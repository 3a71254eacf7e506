// The tests of what neither listens nor stores, in one process: most of what a test file costs is its start.
// A test whose source is gone may still lie in build/, so the sources say what there is.
import { readdirSync } from 'node:fs';

const root = new URL('..', import.meta.url);

const tests = readdirSync(new URL('test/', root), { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(lib|settings|protocol|pingone)\W.*\.test\.ts$/.test(path))
  .sort();
for (const path of tests) await import(new URL(`build/test/${path.replace(/ts$/, 'js')}`, root).href);
