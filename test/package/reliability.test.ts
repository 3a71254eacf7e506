import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';

/** The threats of docs/reliability.md, each held by tests that exist. */

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const hasTest = (source: string, title: string) => new RegExp(`\\bt\\.test\\(\\s*(['"\`])${escaped(title)}\\1`).test(source);

/** What is wrong with the rows of the threat table. */
function problemsOf(document: string): string[] {
  const table = document.slice(document.indexOf('\n## Threats')).match(/^\|.*\|$/gm) ?? [];
  const rows = table.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
  if (rows.length === 0) return ['no rows'];
  return rows.flatMap(([threat = '', done = '', tests = '']) => {
    const named = [...tests.matchAll(/`([^`]+)` > (.+?)(?=; `|$)/g)];
    if (threat === '' || done === '' || named.length === 0) return [`${threat}: says too little`];
    return named.flatMap(([, file = '', title = '']) => {
      if (!existsSync(`test/${file}`)) return [`${threat}: there is no test/${file}`];
      return hasTest(readFileSync(`test/${file}`, 'utf8'), title) ? [] : [`${threat}: test/${file} has no test '${title}'`];
    });
  });
}

const document = readFileSync('docs/reliability.md', 'utf8');

t.test('every threat of docs/reliability.md is held by tests that exist', async (t) => {
  t.same(problemsOf(document), []);
});

t.test('a threat that names no test, or one that does not exist, is found', async (t) => {
  const of = (row: string) => problemsOf(`\n## Threats\n\n| a | b | c |\n|---|---|---|\n${row}\n`);
  t.same(of('| x | y | `package/reliability.test.ts` > no such test |'), [
    "x: test/package/reliability.test.ts has no test 'no such test'",
  ]);
  t.same(of('| x | y | `nowhere.test.ts` > z |'), ['x: there is no test/nowhere.test.ts']);
  t.same(of('| x | y | z |'), ['x: says too little']);
  t.same(problemsOf('# nothing'), ['no rows']);
});

t.test('every run of docs/reliability.md has its command', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = [...document.matchAll(/`npm run (test:[a-z]+)/g)].map(([, name = '']) => name);
  t.same(
    named.filter((name) => scripts[name] === undefined),
    [],
  );
});
