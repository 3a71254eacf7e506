import { availableParallelism } from 'node:os';
import t from 'tap';
import { availableCores, quotaOf } from '../../src/lib/cores.js';

t.test('a quota of a container counts as so many cores', async (t) => {
  const cases: [name: string, files: Record<string, string>, cores: number][] = [
    ['version 2', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 1.5],
    ['version 2 without one', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, Number.POSITIVE_INFINITY],
    ['version 1', { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }, 4],
    [
      'version 1 without one',
      { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      Number.POSITIVE_INFINITY,
    ],
    ['no control groups', {}, Number.POSITIVE_INFINITY],
  ];
  for (const [name, files, cores] of cases)
    t.equal(
      quotaOf((path) => files[path] ?? ''),
      cores,
      name,
    );
  const here = availableCores();
  t.ok(here >= 1 && here <= availableParallelism() && Number.isInteger(here));
});
