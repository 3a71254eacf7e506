import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';

const text = (path: string) => readFileSync(path, 'utf8');
const { version, scripts, engines, repository, homepage, bugs } = JSON.parse(text('package.json'));

const yamlFiles = readdirSync('.github', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yml'))
  .map((path) => `.github/${path}`);

/** The words of a page that are set as code, in a line or in a block of the shell. */
const codeOf = (page: string): string[] => {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, commands = '']) => commands.split('\n'));
  const prose = page.replace(/^```.*?^```/gms, '');
  return [...blocks, ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)];
};

/** A path of the repository named in code, without placeholders. */
const pathsIn = (code: string): string[] =>
  code
    .split(/\s+/)
    .filter((word) => /^(\.?(src|test|tools|docs|examples|fixtures|bench|build|dist|ci|github)\/|\.nvmrc$|[\w.-]+\.(md|json)$)/.test(word))
    .filter((word) => !/[*{…<]|NAME/.test(word))
    .map((word) => word.replace(/[:,.]$/, ''));

/** Where the source of a file lies that a build makes. */
const sourceOf = (path: string) =>
  path
    .replace(/^build\/(.*)\.js$/, '$1.ts')
    .replace(/^build\//, '')
    .replace(/^dist\/(.*)\.js$/, 'src/$1.ts')
    .replace(/^src\/embedded\.ts$/, 'tools/embed.mjs');

/** What a page names and the repository has not. */
const missingFrom = (page: string): string[] => [
  ...codeOf(page).flatMap((code) => [
    ...[...code.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].filter(([, name = '']) => !(name in scripts)).map(([command]) => command),
    ...pathsIn(code).filter((path) => !existsSync(sourceOf(path))),
  ]),
  ...[...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].flatMap(([, path = '']) => (existsSync(path) ? [] : path)),
];

t.test('every command and path that the documents for contributors name is there', async (t) => {
  for (const page of ['CONTRIBUTING.md', 'SECURITY.md', 'ARCHITECTURE.md', '.github/pull_request_template.md'])
    t.same(missingFrom(text(page)), [], page);
});

t.test('a command or path that is not there is found', async (t) => {
  const page =
    'Run `npm run no:such` with `src/none.ts`, see [it](docs/none.md).\n```sh\nnode build/test/none.test.js\n```\n`npm run check`';
  t.same(missingFrom(page), ['build/test/none.test.js', 'npm run no:such', 'src/none.ts', 'docs/none.md']);
});

t.test('ARCHITECTURE.md names functions in the files that have them', async (t) => {
  const rows = [...text('ARCHITECTURE.md').matchAll(/^\| .* \| `(src\/[^`]+)` \| `(\w+)` \|$/gm)];
  t.ok(rows.length > 20);
  for (const [, path = '', name = ''] of rows) t.match(text(path), new RegExp(`\\b${name}\\b`), `${name} in ${path}`);
});

/** The text of a file, or of all files in a folder. */
const textBelow = (path: string): string =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .map((name) => textBelow(join(path, name)))
        .join('\n')
    : text(path);

t.test('ARCHITECTURE.md says how to add something by types that the files of the step have', async (t) => {
  const [, guide = ''] = /^## How to add\n(.*)/ms.exec(text('ARCHITECTURE.md')) ?? [];
  let found = 0;
  for (const [step] of guide.matchAll(/^\d\. .*(\n {3}.*)*/gm)) {
    const sources = codeOf(step)
      .flatMap(pathsIn)
      .filter((path) => path.startsWith('src/') && existsSync(path));
    for (const type of codeOf(step).filter((code) => /^[A-Z]\w*[a-z]\w*$/.test(code))) {
      found += 1;
      t.ok(
        sources.some((path) => new RegExp(`\\b${type}\\b`).test(textBelow(path))),
        `${type} in ${sources.join(' or ')}`,
      );
    }
  }
  t.ok(found >= 8);
});

t.test('CONTRIBUTING.md lists the steps of .ci/run', async (t) => {
  const steps = [...text('.ci/run').matchAll(/^(?:step|tests|long) '([^']+)'/gm)].map(([, name]) => name);
  const [, section = ''] = /^### Continuous integration\n(.*?)^##/ms.exec(text('CONTRIBUTING.md')) ?? [];
  const listed = [...section.matchAll(/^\d+\. \*([^*]+)\*/gm)].map(([, name]) => name);
  t.ok(steps.length > 5);
  t.same(listed, steps);
});

t.test('the row that CONTRIBUTING.md shows is one of docs/fidelity.md', async (t) => {
  const [, shown = ''] = /^```json\n(.*?)^```/ms.exec(text('CONTRIBUTING.md')) ?? [];
  const rows = readdirSync('tools/fidelity').flatMap((name) =>
    JSON.parse(text(`tools/fidelity/${name}`)).sections.flatMap((section: { rows: unknown[] }) => section.rows),
  );
  const row = JSON.parse(shown);
  t.same(
    rows.find(({ fact }) => fact === row.fact),
    row,
  );
});

t.test('pull requests are tested on every supported Node, from the oldest that package.json and .nvmrc name', async (t) => {
  const { jobs } = parse(text('.github/workflows/pull-request.yml'));
  const { matrix } = jobs.check.strategy;
  const oldest = Math.min(...matrix.node);
  t.same(matrix.node, [20, 22, 24]);
  t.equal(Number(text('.nvmrc')), oldest);
  t.match(engines.node, new RegExp(`^>=${oldest}\\.`));
  t.match(text('CONTRIBUTING.md'), `Node ${engines.node.slice(2)} or newer`);
  t.match(text('CONTRIBUTING.md'), `Node ${matrix.node.join(', ').replace(/, (\d+)$/, ' and $1')}`);
});

t.test('workflows may read the repository, and nothing more unless a job says so', async (t) => {
  for (const path of yamlFiles.filter((each) => each.includes('/workflows/'))) {
    const { permissions, concurrency, jobs } = parse(text(path));
    t.same(permissions, { contents: 'read' }, path);
    t.ok(concurrency.group, path);
    for (const [name, job] of Object.entries<Record<string, unknown>>(jobs)) t.ok(job['timeout-minutes'], `${path}: ${name} has a limit`);
  }
});

t.test('every YAML file of .github reads without warning', async (t) => {
  t.ok(yamlFiles.length >= 7);
  for (const path of yamlFiles) {
    t.doesNotThrow(() => parse(text(path), { strict: true, uniqueKeys: true }), path);
    t.type(parse(text(path)), 'object', path);
  }
});

t.test('issue forms have what GitHub asks of a form', async (t) => {
  for (const path of yamlFiles.filter((each) => /ISSUE_TEMPLATE\/\d/.test(each))) {
    const { name, description, body } = parse(text(path));
    t.ok(name && description, path);
    const ids = body.flatMap(({ id }: { id?: string }) => id ?? []);
    t.equal(new Set(ids).size, ids.length, `${path}: no id twice`);
    for (const { type, id, attributes } of body) {
      t.match(type, /^(markdown|textarea|input|dropdown|checkboxes)$/, path);
      if (type === 'markdown') t.ok(attributes.value, path);
      else t.ok(id && attributes.label, `${path}: ${id} has a label`);
      if (type === 'dropdown' || type === 'checkboxes') t.ok(attributes.options.length > 1, path);
    }
  }
});

t.test('the folders whose dependencies are updated have some', async (t) => {
  const files: Record<string, string> = { npm: 'package-lock.json', docker: 'Dockerfile', 'github-actions': '.github/workflows' };
  for (const { 'package-ecosystem': kind, directory } of parse(text('.github/dependabot.yml')).updates)
    t.ok(existsSync(`.${directory}/${files[kind]}`), `${kind} in ${directory}`);
});

t.test('CHANGELOG.md has a section for the version of package.json, and one for what comes next', async (t) => {
  const page = text('CHANGELOG.md');
  const sections = [...page.matchAll(/^## \[([^\]]+)\](?: - (\S+))?$/gm)].map(([, name, day]) => ({ name, day }));
  t.equal(sections[0]?.name, 'Unreleased');
  t.equal(sections[1]?.name, version);
  for (const { name, day } of sections.slice(1)) t.match(day, /^\d{4}-\d\d-\d\d$/, `${name} has a date`);
  for (const { name } of sections) t.ok(page.includes(`\n[${name}]: ${homepage.replace(/#.*/, '')}/`), `${name} has a link`);
});

t.test('package.json, the Dockerfile and the documents name one repository', async (t) => {
  const address = 'https://github.com/pingone-mock/pingone-mock';
  t.equal(repository.url, `git+${address}.git`);
  t.equal(homepage, `${address}#readme`);
  t.equal(bugs, `${address}/issues`);
  t.match(text('Dockerfile'), `org.opencontainers.image.source="${address}"`);
  t.match(text('SECURITY.md'), `${address}/security/advisories/new`);
});

/** The folders of src/ that have to say what they are: those at its top, and those with more than six files. */
const foldersToExplain = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
  .filter((path) => path.split('/').length === 2 || readdirSync(path).filter((name) => /\.(ts|js)$/.test(name)).length > 6);

t.test('every large folder of src/ says in a few lines what it is, and names files that it has', async (t) => {
  t.ok(foldersToExplain.length > 30);
  for (const folder of foldersToExplain) {
    if (!t.ok(existsSync(`${folder}/README.md`), `${folder}/README.md`)) continue;
    const page = text(`${folder}/README.md`);
    t.ok(page.startsWith(`# ${folder.replace('src/', '')}/\n`), `${folder}: the title is its path`);
    t.match(page, /\b(Begin|Start) with\b/, `${folder}: where to begin`);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `/${path.replaceAll('\\', '/')}`);
    for (const [, name = ''] of page.matchAll(/`([\w./-]+\.(?:ts|js|mjs|html|css))`/g))
      t.ok(existsSync(name) || existsSync(`${folder}/${name}`) || files.some((path) => path.endsWith(`/${name}`)), `${folder}: ${name}`);
  }
});
