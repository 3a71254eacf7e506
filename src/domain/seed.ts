/** Seeds: what a server starts with (contract, "The format of a seed"). */
export { applySeed } from './seed/apply.js';
export { readSeed } from './seed/read.js';
export { type Seed, SeedError } from './seed/seed-error.js';
