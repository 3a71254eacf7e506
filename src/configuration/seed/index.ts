/** Seeds: what a server starts with. */
export { applySeed } from './apply.js';
export { readKnownSeed, readSeed } from './read.js';
export { type Seed, SeedError } from './seed-error.js';
