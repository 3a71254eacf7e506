/** What a piece of work takes, by its size, and whether that grows faster than the size. */

/** Where it is measured: microseconds of CPU that this process has used so far, of all threads. */
export type Cpu = () => number;

export const processCpu: Cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Work of a size, measured without what prepares it. */
export type Work = (size: number) => Promise<() => Promise<unknown>>;

export interface Bounds {
  /** Microseconds below which nothing is judged: there a ratio would be noise. */
  readonly floor: number;
  /** Microseconds that the largest may take more than an input of one character. */
  readonly most: number;
  /** How much more than half of the input the whole may take. */
  readonly ratio: number;
}

export interface Measured {
  /** Microseconds. Of the half absent where the largest is below the floor. */
  readonly largest: number;
  readonly half?: number;
  readonly ratio?: number;
  readonly failed: boolean;
}

const times = 5;
/** Another program may disturb five measurements: what seems to fail is measured anew this often. */
const again = 4;

export async function least(work: Work, size: number, cpu: Cpu, count: number, enough = 0): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let round = 0; round < count && found > enough; round += 1) {
    const start = await work(size);
    const before = cpu();
    await start();
    found = Math.min(found, cpu() - before);
  }
  return found;
}

/** Measures work of the largest size and of half of it: the least of five each, and of more where that fails. */
export async function measure(work: Work, size: number, { floor, most, ratio: allowed }: Bounds, cpu: Cpu = processCpu): Promise<Measured> {
  let largest = await least(work, size, cpu, times, floor);
  if (largest <= floor) return { largest, failed: false };
  let half = await least(work, Math.floor(size / 2), cpu, times);
  let smallest = 0;
  const ratio = () => largest / Math.max(half, floor / 2);
  const fails = () => largest - smallest > most || ratio() > allowed;
  for (let round = 0; round < again && fails(); round += 1) {
    largest = Math.min(largest, await least(work, size, cpu, times));
    half = Math.min(half, await least(work, Math.floor(size / 2), cpu, times));
    // What takes long whatever is sent, such as making a key, is not the input's doing.
    smallest = await least(work, 1, cpu, times);
  }
  return { largest, half, ratio: ratio(), failed: fails() };
}
