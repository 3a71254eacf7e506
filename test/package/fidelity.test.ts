import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { coverageOf, showCoverage } from '../../src/cli/verify/coverage.js';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { buildTestServer } from '../helpers/server.js';

interface Row {
  readonly type: string;
  readonly status: string;
  readonly missing: readonly string[];
}
interface Table {
  terraformStatuses(types: object, paths: object, replayed: ReadonlySet<string>): Row[];
  terraformTable(types: object, paths: object, replayed: ReadonlySet<string>): string;
  withTable(page: string, table: string, source?: string): string;
}
const { terraformStatuses, terraformTable, withTable } = (await import(
  pathToFileURL(join(process.cwd(), 'tools/terraform-table.mjs')).href
)) as Table;
const { coverageText, source } = (await import(pathToFileURL(join(process.cwd(), 'tools/verify-coverage.mjs')).href)) as {
  coverageText(coverage: object, shown: string): string;
  readonly source: string;
};

// The documents that npm run fidelity makes.

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
  // The same row by another beginning would count twice.
  const begins = new Map<string, string>();
  for (const { name, row } of facts) {
    const at = sections
      .flatMap(({ id, rows }) => rows.map(({ fact }) => `${id} ${fact}`))
      .find((each) => each.startsWith(`${row.section} ${row.begins}`));
    t.equal(begins.get(at ?? '') ?? row.begins, row.begins, `${name} names its row as the other facts about it do`);
    begins.set(at ?? '', row.begins);
  }
  const coverage = coverageOf(facts);
  const inferred = sections.flatMap(({ id, rows }) =>
    rows.filter(({ evidence }) => evidence === 'inferred').map(({ fact }) => `${id}: ${fact}`),
  );
  const without = inferred.filter((each) => !facts.some(({ row }) => each.startsWith(`${row.section}: ${row.begins}`)));
  t.same(
    coverage.inferredNotAsked.map(({ section, fact }) => `${section}: ${fact}`),
    without,
  );
  t.same(coverage.rows.inferred, { asked: inferred.length - without.length, of: inferred.length });
  const verifyPage = readFileSync('docs/verify.md', 'utf8');
  t.equal(
    withTable(verifyPage, coverageText(coverage, showCoverage(coverage)), source),
    verifyPage,
    'docs/verify.md says what is asked and what is not; if not: npm run fidelity',
  );
});
const page = readFileSync('docs/tools.md', 'utf8');
const { types } = JSON.parse(readFileSync('tools/terraform-resources.json', 'utf8')) as { types: Record<string, object> };
const { create } = JSON.parse(readFileSync('test/clients/terraform.json', 'utf8')) as { create: { type: string }[] };
const replayed = new Set(create.map(({ type }) => type));

t.test('the table of Terraform’s resource types in docs/tools.md is what the running server serves', async (t) => {
  const { app } = await buildTestServer(t);
  const { paths } = (await app.inject('/__mock/v1/openapi.json')).json() as { paths: object };
  t.equal(withTable(page, terraformTable(types, paths, replayed)), page, 'if not: npm run compile && npm run fidelity');
  const rows = terraformStatuses(types, paths, replayed);
  t.equal(rows.length, 100);
  for (const { type, status, missing } of rows)
    if (replayed.has(type)) t.same([status === 'not offered', missing], [false, []], `${type} is replayed, so it is offered`);
});

t.test('a resource type works only if each of its requests is served and a test replays them', async (t) => {
  const need = { a: { requests: ['POST things', 'GET PUT things/*'] }, b: { requests: ['GET /others/*'], stored: 'no effect' } };
  const things = { '/v1/environments/{environmentId}/things': { post: {} } };
  const whole = { ...things, '/v1/environments/{environmentId}/things/{itemId}': { get: {}, put: {} }, '/v1/others/{id}': { get: {} } };
  const statuses = (paths: object, names: string[] = []) => terraformStatuses(need, paths, new Set(names)).map(({ status }) => status);
  t.same(statuses(things, ['a']), ['not offered', 'not offered']);
  t.same(statuses(whole), ['served, but not replayed by a test', 'stored only']);
  t.same(statuses(whole, ['a', 'b']), ['works', 'stored only']);
  t.same(terraformStatuses(need, things, new Set())[0]?.missing, ['GET /v1/environments/*/things/*', 'PUT /v1/environments/*/things/*']);
  t.throws(() => withTable('a page', ''), /no place/);
});
