/** The glossary of the lab, and links into it. */
import { h } from './dom.js';
import { anchorOf, glossary } from './glossary.js';

/** A word with its meaning, where it is first needed. */
export const wordCard = (word) => h('p.word', h('b', word), ' ', glossary[word]);

/** Links to the words of an exercise. */
export const wordLinks = (words) =>
  h(
    'p.words',
    'Words: ',
    words.map((word, at) => [at > 0 && ' · ', h('a', { href: `#${anchorOf(word)}` }, word)]),
  );

/** All words, each with an anchor. */
export const glossaryList = () =>
  h(
    'dl.glossary',
    Object.entries(glossary).map(([word, meaning]) => h('div', { id: anchorOf(word), tabIndex: -1 }, h('dt', word), h('dd', meaning))),
  );
