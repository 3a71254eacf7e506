import t from 'tap';
import { measure } from './measure.js';

/** What takes so many microseconds for an input of a size, by a CPU of its own; at first more, where something disturbs it. */
function costing(cost: (size: number) => number, disturbed: number) {
  let used = 0;
  let runs = 0;
  const work = async (size: number) => async () => {
    runs += 1;
    used += cost(size) * (runs <= disturbed ? 3 : 1);
  };
  return { work, cpu: () => used };
}

const bounds = { floor: 100, most: 1_000_000, ratio: 2.5 };

for (const [title, cost, failed, disturbed] of [
  ['as much as its input', (size: number) => size, false, 0],
  ['as much as its input, once nothing disturbs it', (size: number) => size, false, 9],
  ['the square of its input', (size: number) => size * size, true, 0],
  ['the square of its input, even if something disturbs it', (size: number) => size * size, true, 9],
  ['the square of its input, but less than the floor', (size: number) => (size * size) / 1_000_000, false, 0],
  ['as much as its input, but too much', (size: number) => size * 1_002, true, 0],
  ['very much whatever its input is', () => 5_000_000, false, 0],
] as const)
  t.test(`work that takes ${title} ${failed ? 'fails' : 'passes'}`, async (t) => {
    const { work, cpu } = costing(cost, disturbed);
    t.equal((await measure(work, 1_000, bounds, cpu)).failed, failed);
  });
