import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import type { Finding } from '../../src/checkup/types.js';
import { findings } from './a-report.js';

interface Library {
  readonly package: string;
  readonly app?: string;
  readonly note?: string;
  readonly notMeasured?: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
}
interface Row {
  readonly library: Library;
  readonly version: string;
  readonly date: string;
  readonly findings: readonly Finding[];
}

const folder = join(process.cwd(), 'tools/checkup-libraries');
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
const { cardOf, unexplained, withCard } = (await load('table.mjs')) as {
  cardOf(rows: readonly Row[], groups: readonly string[]): string;
  unexplained(row: Row): string[];
  withCard(page: string, card: string): string;
};
const { libraries } = (await load('libraries.mjs')) as { libraries: readonly Library[] };

// The report card of client libraries in docs/checkup.md. Only the measuring needs a network.

const groups = ['id token', 'token answer', 'session'];
const reasons = { late: 'It waits for a second.', 'json-cut': 'It throws.', 'nonce-wrong': 'It waits for a second.' };
const row: Row = { library: { package: 'a-client', reasons, notMeasured: ['session'] }, version: '1.2.3', date: '2026-11-30', findings };

t.test('a row counts what was refused, accepted and crashed in each group', (t) => {
  const [head, , first] = cardOf([row], groups).split('\n');
  t.equal(head, '| library | date | id token | token answer | session |');
  t.equal(first, '| a-client 1.2.3 | 2026-11-30 | 1/1 | 1/0, 1 crashed | – |');
  t.end();
});

t.test('each finding that a case does not expect is named with its reason', (t) => {
  const again = findings.map((finding) => (finding.id === 'late' ? { ...finding, verdict: 'accepted' as const } : finding));
  const items = (rows: readonly Row[]) =>
    cardOf(rows, groups)
      .split('\n')
      .filter((line) => line.startsWith('- '));
  t.same(items([{ ...row, findings: again }]), [
    '- **a-client**, `late`, `nonce-wrong` accepted: It waits for a second.',
    '- **a-client**, `json-cut` crashed: It throws.',
  ]);
  t.same(items([{ ...row, library: { ...row.library, note: 'it is small.' }, findings: [] }]), ['- **a-client**: it is small.']);
  t.notMatch(cardOf([{ ...row, findings: [] }], groups), /differs/);
  t.end();
});

t.test('a library has open cases until there is a reason for each', (t) => {
  t.same(unexplained(row), []);
  t.same(unexplained({ ...row, library: { ...row.library, reasons: { late: 'It waits.' } } }), ['json-cut', 'nonce-wrong']);
  t.end();
});

t.test('a new card takes the place of the old one, and the page around it stays', (t) => {
  const page = readFileSync('docs/checkup.md', 'utf8');
  const made = withCard(page, '| a card |');
  t.match(made, /npm run checkup:libraries`\. -->\n\n\| a card \|\n\n<!-- The end/);
  t.equal(withCard(made, '| another |'), withCard(page, '| another |'));
  t.equal(made.split('## ').length, page.split('## ').length);
  t.throws(() => withCard('# Checkup', 'a card'), /the page has no place for the report card/);
  t.end();
});

t.test('the card in docs/checkup.md names only libraries whose findings have reasons, and applications are there for all', (t) => {
  const page = readFileSync('docs/checkup.md', 'utf8');
  const named = [...page.matchAll(/^\| (\S+) \d+\.\d+\.\d+ \| \d{4}-\d\d-\d\d \|/gm)].map(([, name = '']) => name);
  t.ok(named.length > 0);
  for (const name of named) t.not(Object.keys(libraries.find((library) => library.package === name)?.reasons ?? {}).length, 0, name);
  for (const library of libraries) t.ok(existsSync(join(folder, 'apps', `${library.app ?? library.package}.mjs`)), library.package);
  for (const [, name = '', ids = ''] of page.matchAll(/^- \*\*(\S+)\*\*, (.*?) (?:accepted|refused|crashed): /gm)) {
    const known = libraries.find((library) => library.package === name)?.reasons ?? {};
    for (const [, id = ''] of ids.matchAll(/`([\w-]+)`/g)) t.ok(known[id] && page.includes(known[id]), `${name} ${id}`);
  }
  t.end();
});
