import { roleSeeds } from '../roles/seed.js';
import type { SeedKind } from './kind.js';

/** The kinds that nothing else in a seed has to precede. An item is applied after what it points to. */
export const seedKinds: readonly SeedKind[] = [roleSeeds];
