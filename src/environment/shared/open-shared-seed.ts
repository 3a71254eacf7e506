import type { Baselines } from '../model/baseline.js';
import { createSharedSeeded, type Seeded, type StoredSeeded } from '../seeded.js';
import { serverWide } from '../store/factory.js';
import { createSharedBaselines, type StoredBaseline } from './shared-baselines.js';
import type { Sharing } from './sharing.js';

/** What a reset restores, and of which environments: the same for all replicas. */
export async function openSharedSeed(sharing: Sharing): Promise<{ readonly seeded: Seeded; readonly baselines: Baselines }> {
  const stored = sharing.held<StoredSeeded>(serverWide, 'seeded');
  await stored.loaded;
  const baselines = sharing.kept<StoredBaseline>(serverWide, 'baselines', [
    { name: 'environmentId', of: ({ environmentId }) => environmentId },
  ]);
  return { seeded: createSharedSeeded(stored), baselines: createSharedBaselines(baselines) };
}
