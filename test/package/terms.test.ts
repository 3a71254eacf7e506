import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { textsOf } from './source-texts.js';

/** Interface, lab and docs use the same words: the table of terms in CONTRIBUTING.md says which. */

interface Term {
  readonly term: string;
  /** Each form of the other words, in any case. */
  readonly others: RegExp;
}

/** `sign in` as `sign in`, `signs in`, `signed-in`; a plural `s` may follow any word. */
const formsOf = (other: string): string =>
  /^(log|sign) (in|out)$/.test(other) ? other.replace(' ', '(s|g?ed|g?ing|n?ing)?[ -]') : `${other.replaceAll(/[ -]/g, '[ -]')}s?`;

/** The rows of a table with two columns: a term, and other words for it. */
const termsIn = (table: string): Term[] =>
  [...table.matchAll(/^\| ([^|\n]+) \| ([^|\n]+) \|$/gm)].slice(1).map(([, term = '', others = '']) => ({
    term,
    others: new RegExp(`\\b(${others.split(', ').map(formsOf).join('|')})\\b`, 'i'),
  }));

const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('\n## Terms\n');
const terms = termsIn(section.split('\n## ')[0] ?? '');

interface Place {
  readonly text: string;
  readonly place: string;
}

const pages = 'src/inspector/pages';

/** What the inspector and its lab show: a text of one word, such as `login`, may be a name in code. */
const inspector = (): Place[] => [
  ...readdirSync(pages)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => textsOf(readFileSync(`${pages}/${name}`, 'utf8')).map(({ text, line }) => ({ text, place: `${name}:${line}` })))
    .filter(({ text }) => /\s/.test(text)),
  { text: readFileSync(`${pages}/shell.html`, 'utf8').replaceAll(/<[^>]*>/g, ' '), place: 'shell.html' },
];

/** Prose without what is set as code, and without the addresses of links; lines keep their numbers. */
const proseOf = (page: string): string[] =>
  page
    .replaceAll(/^( *)```.*?^\1```/gms, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\]\([^)\n]*\)/g, ']')
    .split('\n');

/** docs/fidelity.md and docs/verify.md are made of facts, which quote PingOne. */
const documentation = (): Place[] =>
  ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md') && !/\/(fidelity|verify)\.md$/.test(path))
    .flatMap((path) => proseOf(readFileSync(path, 'utf8')).map((text, at) => ({ text, place: `${path}:${at + 1}` })));

const found = (places: readonly Place[]): string[] =>
  places.flatMap(({ text, place }) =>
    terms.flatMap(({ term, others }) => {
      const [other] = others.exec(text) ?? [];
      return other === undefined ? [] : [`${place}: "${other}": say ${term}`];
    }),
  );

t.test('inspector, lab and docs have one word for each thing, that of the table of terms', async (t) => {
  t.ok(terms.length >= 10, `${terms.length} terms`);
  for (const [name, places, least] of [
    ['inspector', inspector(), 500],
    ['docs', documentation(), 1_000],
  ] as const) {
    t.ok(places.length > least, `${name}: ${places.length} texts are read`);
    t.same(found(places), [], name);
  }
});

t.test('other words are found in each of their forms, and code is not read', async (t) => {
  for (const text of [
    'Log in first',
    'She logged in',
    'signing in',
    'the sign-in page',
    'Two-factor sign-on',
    'its Redirect URLs',
    'an IdP',
  ])
    t.equal(found([{ text, place: 'x' }]).length, 1, text);
  for (const text of ['a sign-on', 'it is designed in Java', 'catalog in JSON', 'the redirect URI', 'authlogin'])
    t.same(found([{ text, place: 'x' }]), [], text);
  t.same(proseOf('a `login`\n```sh\nlogin\n```\n[b](login.md)'), ['a ', '', '', '', '[b]']);
});
