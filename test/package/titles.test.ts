import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

/** The titles of a file that are written out; one that is computed counts with its placeholders. */
const titlesOf = (source: string): string[] =>
  [...source.matchAll(/\bt\.test\(\s*(?:'((?:\\.|[^'\\])+)'|"((?:\\.|[^"\\])+)"|`((?:\\.|[^`\\])+)`)/g)].map(
    ([, single, double, computed]) => single ?? double ?? computed ?? '',
  );

/** What keeps the titles of a file from being statements, as far as a machine can tell. */
const titleProblems = (titles: readonly string[]): string[] =>
  titles.flatMap((title, at) => {
    const words = title.replace(/\$\{[^}]*\}/g, 'x').split(/\s+/).length;
    return [
      ...(words < 3 ? [`"${title}" is too short to say what holds`] : []),
      ...(/^(what|how|who|whom|whose|which|whether)\b/i.test(title) ? [`"${title}" begins as a question`] : []),
      ...(titles.indexOf(title) < at ? [`"${title}" is there twice`] : []),
    ];
  });

t.test('every title of a test is a statement of its own', async (t) => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('helpers'),
  );
  t.ok(files.length > 100);
  for (const file of files) t.same(titleProblems(titlesOf(readFileSync(join('test', file), 'utf8'))), [], file);
});

t.test('a title that says nothing is found', async (t) => {
  const cases: [title: string, problem: RegExp][] = [
    ['grants', /too short/],
    ['refresh tokens', /too short/],
    ['what is refused', /question/],
    ['how long refresh tokens live', /question/],
    ['a code works once', /twice/],
  ];
  const found = titleProblems([...cases.map(([title]) => title), 'a code works once']).join('\n');
  for (const [title, problem] of cases) t.match(found, new RegExp(`"${title}".*${problem.source}`), title);
  t.same(titleProblems(['a code works once', 'whatever is sent, it is read or refused']), []);
});
