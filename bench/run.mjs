// npm run bench [-- [--quick] [--markdown] [ROW…]]: the mock over the limit (limit.mjs), both in one interleaved run. CPU time comes
// first, because machines are noisy. BENCH_NODES names more Node.js programs, separated by colons: start, memory and library are measured
// on each.
import { availableParallelism, loadavg } from 'node:os';
import { readArguments, scales } from './arguments.mjs';
import { rows } from './rows.mjs';
import { createTable } from './table.mjs';

// It takes minutes: only where it is asked for.
const apart = { management: async (add) => (await import('./management.mjs')).management(add, scales[scale]) };

function argumentsOrExit() {
  try {
    return readArguments(process.argv.slice(2), [...Object.keys(rows), ...Object.keys(apart)]);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const { scale, markdown, only } = argumentsOrExit();
const nodes = [process.execPath, ...(process.env.BENCH_NODES ?? '').split(':').filter(Boolean)];
const isWanted = (name, unasked) => (only.length === 0 ? unasked : only.includes(name));
const load = () => loadavg()[0].toFixed(1);

const began = performance.now();
const loadBefore = load();
const add = createTable({ markdown });
for (const [name, measure] of Object.entries(rows))
  if (isWanted(name, true)) for (const line of await measure(scales[scale], nodes)) add(line);
for (const [name, measure] of Object.entries(apart)) if (isWanted(name, false)) await measure(add);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `\n${new Date().toISOString().slice(0, 10)}, ${scale}, Node.js ${process.version}, ${availableParallelism()} cores, load ${loadBefore} to ${load()}, ${seconds} seconds`,
);
