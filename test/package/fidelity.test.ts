import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';

const make = (...options: string[]) =>
  spawnSync(process.execPath, ['tools/make-fidelity.mjs', '--check', ...options], { encoding: 'utf8' });

t.test('docs/fidelity.md is up to date, and every row names a test that exists', async (t) => {
  const { status, stderr } = make();
  t.equal(stderr, '');
  t.equal(status, 0);
});

t.test('a row that promises too much is an error', async (t) => {
  const cases: [name: string, row: object, said: RegExp][] = [
    ['a file that is not there', { held: ['oauth/none.test.ts > x'] }, /there is no test\/oauth\/none\.test\.ts/],
    [
      'a test that is not there',
      { held: ['oauth/token/token.test.ts > grant'] },
      /test\/oauth\/token\/token\.test\.ts has no test 'grant'/,
    ],
    ['neither test nor gap', {}, /neither held by a test nor marked as not done/],
    ['evidence of another kind', { evidence: 'guessed', notDone: 'x' }, /evidence guessed/],
  ];
  for (const [name, row, said] of cases) {
    const folder = t.testdir({});
    const rows = [{ fact: 'f', evidence: 'documented', ...row }];
    writeFileSync(join(folder, 'rows.json'), JSON.stringify({ title: 'T', sections: [{ id: '1', title: 'S', rows }] }));
    const { status, stderr } = make('--rows', folder);
    t.equal(status, 1, name);
    t.match(stderr, said, name);
  }
  const folder = t.testdir({ 'rows.json': JSON.stringify({ title: 'T', sections: [] }) });
  t.match(
    make('--rows', folder).stderr,
    /src\/.* cites docs\/fidelity\.md, .*: there is no such section/,
    'nor a comment that cites nothing',
  );
});

t.test('every fact that verify asks for has its row, and its evidence', async (t) => {
  interface Section {
    readonly id: string;
    readonly rows: readonly { readonly fact: string; readonly evidence: string }[];
  }
  const sections = readdirSync('tools/fidelity').flatMap(
    (file) => (JSON.parse(readFileSync(join('tools/fidelity', file), 'utf8')) as { sections: readonly Section[] }).sections,
  );
  const facts = [...readFacts, ...writeFacts];
  t.equal(new Set(facts.map(({ name }) => name)).size, facts.length, 'no name is there twice');
  for (const { name, row, evidence } of facts) {
    const rows = sections.filter(({ id }) => id === row.section).flatMap((section) => section.rows);
    const found = rows.filter(({ fact }) => fact.startsWith(row.begins));
    t.match([found.length, found[0]?.evidence], [1, evidence], `${name}: one row of ${row.section} begins "${row.begins}"`);
  }
});
