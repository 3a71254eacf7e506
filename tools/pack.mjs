// Makes `npm pack` and `npm publish` take the published package.json, which lists no dependencies: the libraries are built in.
//   node tools/pack.mjs begin   puts it in place (prepack)
//   node tools/pack.mjs end     puts the checkout's back (postpack)
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);

/** Where the checkout's file waits. If packing was interrupted, the next `begin` or `end` finds it there. */
const kept = 'node_modules/.checkout-package.json';

/** The members that only a checkout needs. */
const ofTheCheckout = ['scripts', 'tap', 'dependencies', 'devDependencies', 'overrides', 'allowScripts'];

const [, , step] = process.argv;
if (step !== 'begin' && step !== 'end') throw new Error('Say begin or end');
if (existsSync(kept)) renameSync(kept, 'package.json');
if (step === 'begin') {
  const checkout = readFileSync('package.json', 'utf8');
  const published = Object.entries(JSON.parse(checkout)).filter(([member]) => !ofTheCheckout.includes(member));
  writeFileSync(kept, checkout);
  writeFileSync('package.json', `${JSON.stringify(Object.fromEntries(published), null, 2)}\n`);
}
