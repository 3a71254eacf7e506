// Makes docs/fidelity.md from tools/fidelity/*.json: the facts about PingOne, how well each is known, and the tests that cover it.
// A row that names a test that does not exist is an error, so that no promise outlives its test.
// `--check` writes nothing, and fails if the document is out of date. `--rows DIR` reads other rows.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const given = process.argv.indexOf('--rows');
const folder = given < 0 ? 'tools/fidelity' : process.argv[given + 1];

const evidences = { documented: 'documented', recorded: 'recorded', inferred: 'inferred' };
const sources = new Map();
const faults = [];

const sourceOf = (file) => {
  if (!sources.has(file)) sources.set(file, existsSync(`test/${file}`) ? readFileSync(`test/${file}`, 'utf8') : undefined);
  return sources.get(file);
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a file has a test of this name: the first argument of `t.test`, or the first word of a row in a table of cases. */
const hasTest = (source, name) =>
  ["'", '"', '`'].some((quote) => new RegExp(`(\\bt\\.test\\(|^ *\\[)\\s*${quote}${escaped(name)}${quote}`, 'm').test(source));

function heldBy(test, place) {
  const [file, name] = test.split(' > ');
  const source = sourceOf(file);
  if (source === undefined) faults.push(`${place}: there is no test/${file}`);
  else if (name !== undefined && !hasTest(source, name)) faults.push(`${place}: test/${file} has no test '${name}'`);
  return `[${file.replace(/^.*\//, '').replace(/\.(test|browser)\.ts$/, '')}](../test/${file})${name === undefined ? '' : `: ${name}`}`;
}

const cell = (text) => text.replaceAll('|', '\\|');

function row({ fact, evidence, held = [], notDone }, place) {
  if (!evidences[evidence]) faults.push(`${place}: evidence ${evidence}`);
  if (held.length === 0 && notDone === undefined) faults.push(`${place}: neither held by a test nor marked as not done`);
  const tests = held.map((test) => heldBy(test, place)).join('; ');
  const gap = notDone === undefined ? '' : `${tests ? '. ' : ''}**Not done**: ${notDone}`;
  return `| ${cell(fact)} | ${evidence} | ${cell(`${tests}${gap}`)} |`;
}

const parts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, ...JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) }));

const counts = { documented: 0, recorded: 0, inferred: 0, gaps: 0 };
const lines = [];
for (const { name, title, about, sections } of parts) {
  lines.push(`## ${title}`, '', ...(about ? [about, ''] : []));
  for (const { id, title: heading, rows } of sections) {
    lines.push(`### ${id} ${heading}`, '', '| PingOne | Evidence | Tests |', '|---|---|---|');
    for (const [at, item] of rows.entries()) {
      counts[item.evidence] += 1;
      if (item.notDone !== undefined) counts.gaps += 1;
      lines.push(row(item, `${name}, ${id}, row ${at + 1}`));
    }
    lines.push('');
  }
}
/** Every place that cites a row's section. */
const cited = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.startsWith('embedded'))
    .flatMap((entry) => {
      const file = `${entry.parentPath}/${entry.name}`;
      // A comment may break the line between the words of a citation.
      const text = readFileSync(file, 'utf8').replace(/\n\s*(\*|\/\/)\s*/g, ' ');
      return [...text.matchAll(/docs\/fidelity\.md, (management )?(?:section )?(clients|\d[\d.]*\d|\d)/g)].map(
        ([, management = '', id]) => ({
          file,
          id: `${management}${id}`,
        }),
      );
    });
const known = new Set(parts.flatMap(({ sections }) => sections.map(({ id }) => id)));
for (const { file, id } of cited('src')) if (!known.has(id)) faults.push(`${file} cites docs/fidelity.md, ${id}: there is no such section`);

const total = counts.documented + counts.recorded + counts.inferred;
const head = `# Fidelity

What this mock knows about PingOne, one fact per row: the fact, how well it is known, and the tests that fail if the mock
behaves differently. Comments in the source cite these rows by section ("docs/fidelity.md, 3.5"; "management 2.1" for the
management API).

- **documented**: PingOne's own documentation says so.
- **recorded**: seen in an answer of the live service, or asserted by a client's test against it.
- **inferred**: neither; our reading of a standard, or of the pattern that the known facts follow. Do not rely on it as a
  fact about PingOne. Inferred texts are in \`src/protocol/rules/\`, \`src/pingone/flow-texts.ts\` and
  \`src/pingone/management-texts.ts\`, where a recording can replace them.

${total} rows: ${counts.documented} documented, ${counts.recorded} recorded, ${counts.inferred} inferred. ${counts.gaps} of them are not done, or only partly.

Made by \`npm run fidelity\` from \`tools/fidelity/*.json\`; the command fails if a row names a test that does not exist.

`;
const made = `${head}${lines.join('\n').trimEnd()}\n`;

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
const target = 'docs/fidelity.md';
const kept = existsSync(target) ? readFileSync(target, 'utf8') : '';
if (!process.argv.includes('--check')) writeFileSync(target, made);
else if (kept !== made) {
  console.error(`${target} is not up to date: npm run fidelity`);
  process.exit(1);
}
