/**
 * Kills the built command with SIGKILL under load, again and again on one data folder, and checks after each start that
 * everything acknowledged is there and nothing is half there: `npm run test:crash -- --rounds 100`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSeededRandom } from '../../src/lib/random.js';
import { createExpectations } from './expectations.js';
import { killsOf, runRound } from './round.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    writers: { type: 'string', default: '12' },
    writes: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, writers, writes] = [Number(values.rounds), Number(values.writers), Number(values.writes)];
const random = createSeededRandom(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'crash-'));
const expectations = createExpectations();
const began = Date.now();
const problems: string[] = [];
let acknowledged = 0;

process.stdout.write(`seed ${values.seed}: ${rounds} rounds of ${writers} writers, at least ${writes} acknowledged writes each\n`);
for (let round = 1; round <= rounds && problems.length === 0; round += 1) {
  const kill = killsOf(round);
  const result = await runRound({ folder, writers, writes, random, expectations, kill, round });
  acknowledged += result.acknowledged;
  problems.push(...result.problems.map((problem) => `round ${round}: ${problem}`));
  process.stdout.write(`round ${round}: killed ${kill}, ${result.acknowledged} acknowledged, ${result.checked} checked at the start\n`);
}
if (problems.length === 0) {
  const last = await runRound({ folder, writers: 0, writes: 0, random, expectations, kill: 'never', round: rounds + 1 });
  problems.push(...last.problems.map((problem) => `at the end: ${problem}`));
  process.stdout.write(`at the end: ${last.checked} checked\n`);
}
for (const problem of problems) process.stdout.write(`LOST ${problem}\n`);
const seconds = ((Date.now() - began) / 1000).toFixed(1);
process.stdout.write(
  `${rounds} rounds, ${acknowledged} acknowledged writes, ${problems.length} lost or half, ${seconds} s, seed ${values.seed}\n`,
);
if (problems.length === 0) rmSync(folder, { recursive: true });
else process.stdout.write(`the data folder is kept: ${folder}\n`);
process.exit(problems.length === 0 && acknowledged >= rounds * writes ? 0 : 1);
