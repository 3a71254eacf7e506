// Fails unless the tests reached every line of src/protocol and src/pingone: the last step of `npm run test:coverage`.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { total, ...files } = JSON.parse(readFileSync('.tap/report/coverage-summary.json', 'utf8'));
const incomplete = Object.entries(files).filter(([, { lines }]) => lines.covered < lines.total);

for (const [file, { lines }] of incomplete)
  console.error(`${relative(process.cwd(), file)}: ${lines.total - lines.covered} of ${lines.total} lines are not covered`);
if (incomplete.length > 0 || total.lines.total === 0) process.exit(1);
