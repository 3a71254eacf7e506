// Reads what tap wrote with --output-file and prints "PASSED FAILED". A run that has no end, ran nothing or was bailed
// out of counts as one failure: silence is never success.
import { readFileSync } from 'node:fs';

const [, , file] = process.argv;
const text = file === undefined || file === '-' ? readFileSync(0, 'utf8') : readFileSync(file, 'utf8');

/** The summary of the whole run stands at the left margin; those of its parts are indented. The last one counts. */
const summaries = [...text.matchAll(/^# \{ (.*) \}\r?$/gm)];
const summary = summaries.at(-1)?.[1] ?? '';
const numbers = Object.fromEntries([...summary.matchAll(/(\w+): (\d+)/g)].map(([, name, number]) => [name, Number(number)]));

const { total = 0, pass = 0, fail = 0, skip = 0, todo = 0 } = numbers;
// What is neither passed nor excused has failed, whatever the summary calls it.
const failed = Math.max(fail, total - pass - skip - todo);
// The plan is no witness: some reporters leave it out of the file. The summary is what is written last.
const broken = pass + failed === 0 || /^Bail out!/m.test(text);
process.stdout.write(`${pass} ${failed + (broken && failed === 0 ? 1 : 0)}\n`);
