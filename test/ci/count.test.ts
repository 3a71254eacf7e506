import { execFileSync } from 'node:child_process';
import t from 'tap';

const cases = [
  ['all passed', '1..2\n# { total: 3, pass: 3 }\n', '3 0'],
  ['without a plan', 'ok 1 - a\n# { total: 2, pass: 2 }\n# time=1ms\n', '2 0'],
  ['one failed', '1..2\n# { total: 4, pass: 3, fail: 1 }\n', '3 1'],
  ['some left out, some still to do', '1..2\n# { total: 4, pass: 2, skip: 1, todo: 1 }\n', '2 0'],
  ['what a test printed itself', '    # { total: 9, pass: 9 }\n1..1\n# { total: 1, pass: 1 }\n', '1 0'],
  ['a number that is missing', '1..1\n# { total: 5, pass: 3 }\n', '3 2'],
  ['only tests that were left out', '1..1\n# { total: 1, skip: 1 }\n', '0 1'],
  ['no tests', '1..0 # no tests found\n', '0 1'],
  ['a run without an end', 'ok 1 - a\nok 2 - b\n', '0 1'],
  ['a run that was given up', '1..1\nBail out! no room\n# { total: 1, pass: 1 }\n', '1 1'],
  ['nothing', '', '0 1'],
] as const;

for (const [name, written, counted] of cases) {
  const printed = execFileSync(process.execPath, ['.ci/count.mjs', '-'], { input: written, encoding: 'utf8' });
  t.equal(printed.trim(), counted, name);
}
