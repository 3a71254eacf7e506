import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** The cores that a quota of control groups leaves: cgroup v2's `cpu.max`, or v1's quota and period. Infinity without one. */
export function quotaOf(readText: (path: string) => string): number {
  const [quota = '', period = ''] = readText('/sys/fs/cgroup/cpu.max').trim().split(' ');
  const [v1Quota, v1Period] = ['quota', 'period'].map((name) => readText(`/sys/fs/cgroup/cpu/cpu.cfs_${name}_us`).trim());
  const cores = Number(quota || v1Quota) / Number(period || v1Period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

/** How many cores this process may use: those of the machine, or what a container is limited to. At least one. */
export const availableCores = (): number => Math.max(1, Math.floor(Math.min(availableParallelism(), quotaOf(read))));
