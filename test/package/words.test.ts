import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { textsOf } from './source-texts.js';

// Text that users see is plain, idiomatic English. These are the marks of a habit that it had: each has a better word.
const marks: readonly (readonly [mark: RegExp, better: string])[] = [
  // "There is no user alice" is plain English, as is "no longer".
  [/(?<!\bthere )\b(is|are|was|were) no (?!(longer|more|less|one)\b)[a-z]/i, '"is not a …"'],
  [/\btold\b/i, 'says, reports, lists'],
  // What stands for something, or in for it, replaces or means it; nothing else stands.
  [/\bstands\b(?! (in )?for\b)/i, 'is'],
  [/\bnobody\b/i, '"no user", "no one", or the sentence the other way round'],
  [/\b(whoever|whomever|whosever)\b/i, '"anyone who", "those who"'],
  [/\bof that\b(?! [a-z])/i, 'its'],
  [/\bcame\b/i, 'was sent, was received'],
  [/\bsuch an? /i, '"this", "a … like this"'],
  [/\b(is|are|was|were) (so|said)\b(?! that)/i, 'the fact itself'],
  [/\bha(s|ve) not (its|his|her|their|the|a|an|any)\b/i, 'lacks'],
  [/\banew\b/i, 'again, new'],
  [/\bwithout a word\b/i, 'silently'],
  [/\bbrings? along\b/i, 'has, carries'],
  [/\bnot (even )?looked at\b/i, 'is ignored, is skipped'],
  [/\bwhat (has )?becomes? of\b/i, 'the result of'],
  [/\bfor want of\b/i, 'because … is missing'],
];

/** A comment may say where something came from, or "such a client". */
const allowedInComments = new Set(['was sent, was received', '"this", "a … like this"']);

interface Place {
  readonly text: string;
  readonly place: string;
}

/** Without what is installed: there a link may lead back here. */
const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(path, ending);
      return ending.test(path) ? [path] : [];
    });

/** Every string of the program and of the inspector’s pages. The files src/embedded*.ts are made of other files. */
const strings = (): Place[] =>
  [...filesBelow('src', /\.ts$/), ...filesBelow('src/inspector/pages', /\.js$/)]
    .filter((path) => !/^src\/embedded[\w-]*\.ts$/.test(path))
    .flatMap((path) => textsOf(readFileSync(path, 'utf8')).map(({ text, line }) => ({ text, place: `${path}:${line}` })));

/** These two are made of the rows in tools/fidelity, which are read here instead. */
const made = ['docs/fidelity.md', 'docs/verify.md'];

/** Every line of the documentation, without the titles of tests that a table quotes (`file` > title). */
const documentation = (): Place[] =>
  [...readdirSync('.').filter((name) => name.endsWith('.md')), ...filesBelow('docs', /\.md$/), ...filesBelow('examples', /\.md$/)]
    .filter((path) => !made.includes(path))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line, at) => ({ text: line.replaceAll(/` > [^;|]*/g, '`'), place: `${path}:${at + 1}` })),
    );

/** Every line of a comment of the program and of the inspector’s pages. */
const comments = (): Place[] =>
  [...filesBelow('src', /\.ts$/), ...filesBelow('src/inspector/pages', /\.js$/)]
    .filter((path) => !/^src\/embedded[\w-]*\.ts$/.test(path))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line, at) => ({ text: line.trim(), place: `${path}:${at + 1}` }))
        .filter(({ text }) => /^(\/\*|\*|\/\/)/.test(text)),
    );

/** The facts of docs/fidelity.md, and what is not done of them. */
const facts = (): Place[] =>
  filesBelow('tools/fidelity', /\.json$/).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/"(?:title|fact|notDone)": "((?:\\.|[^"\\])*)"/g)].map(([, text = '']) => ({
      text,
      place: `${path}: ${text.slice(0, 60)}`,
    })),
  );

const found = (places: readonly Place[], looked = marks): string[] =>
  places.flatMap(({ text, place }) =>
    looked.flatMap(([mark, better]) => {
      const [match] = mark.exec(text) ?? [];
      return match === undefined ? [] : [`${place}: "${match}": better ${better}`];
    }),
  );

t.test('text for users has none of the marks of translated English', async (t) => {
  for (const [name, places, least] of [
    ['strings of src/', strings(), 10_000],
    ['documentation', documentation(), 2_000],
    ['facts of tools/fidelity/', facts(), 500],
  ] as const) {
    t.ok(places.length > least, `${name}: ${places.length} are read`);
    t.same(found(places), [], name);
  }
});

t.test('comments have none of the marks either', async (t) => {
  const places = comments();
  t.ok(places.length > 4_000, `${places.length} lines are read`);
  t.same(
    found(
      places,
      marks.filter(([, better]) => !allowedInComments.has(better)),
    ),
    [],
  );
});

t.test('each mark is found, and plain English is not', async (t) => {
  for (const text of ['It is no URL', 'told so', 'It stands there', 'Nobody knows', 'whoever asks', 'of that.', 'It came by GET'])
    t.equal(found([{ text, place: 'x' }]).length, 1, text);
  for (const text of ['such a thing', 'what is so', 'is said of it', 'it has not its cookie', 'read anew', 'it is not looked at'])
    t.equal(found([{ text, place: 'x' }]).length, 1, text);
  for (const text of ['There is no user alice', 'It is no longer served', 'X stands for a list', 'such as a seed', 'instead of that one'])
    t.same(found([{ text, place: 'x' }]), [], text);
});

t.test('strings and templates of a source file are read, and neither comments nor regular expressions', async (t) => {
  const source = [
    "// 'a comment'",
    '/* "another" */',
    "const one = 'it\\'s', two = \"2\";",
    "const three = `a @{b(`c @{'d'}`, { e: 1 })} f`;",
    "const four = text.split(/'[/'\"]`/g, 5 / 2) || 'end';",
  ]
    .join('\n')
    .replaceAll('@{', '$' + '{');
  t.same(
    textsOf(source).map(({ text, line }) => [line, text]),
    [
      [3, "it\\'s"],
      [3, '2'],
      [4, 'd'],
      [4, 'c {…}'],
      [4, 'a {…} f'],
      [5, 'end'],
    ],
  );
});
