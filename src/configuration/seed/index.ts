/** Seeds: what a server starts with (contract, "The format of a seed"). */
export { applySeed } from './apply.js';
export { readSeed } from './read.js';
export { type Seed, SeedError } from './seed-error.js';
