/** The search of the live page. The server searches: it has more transactions than the page, and it knows their endpoints and rules. */
import { api, fill, h, parameters } from './dom.js';

/** What a search may name, with an example of each. */
const syntax = [
  ['user:alice', 'signed on as'],
  ['app:"Demo SPA"', 'the application, by name or id'],
  ['endpoint:token', 'has a request to this endpoint'],
  ['rule:verifier', 'refused by this rule, or with this diagnosis'],
  ['id:1f2e3d4c', 'the transaction, or the correlation id of an answer'],
  ['state:failed', 'waiting, code_issued, succeeded, failed or expired'],
  ['status:400', 'an answer with this status'],
  ['env:partner', 'the environment'],
  ['-user:alice', 'all but these'],
];

/** The pause between two typed letters, in milliseconds. */
const pauseMilliseconds = 120;

/**
 * A field that finds transactions. `fits` says whether one is among those that were found; `load` fetches those that the page
 * `has` not, and `onfound` is called when the answer is there. `changed` searches again, as after a change of a transaction.
 */
export function searchBox({ onfound, load, has }) {
  let found;
  let asked = '';
  let waiting;
  const input = h('input', {
    type: 'search',
    placeholder: 'user:alice endpoint:token',
    'aria-label': 'Search transactions',
    'aria-describedby': 'search-problem',
    maxLength: 1000,
    value: parameters.get('q') ?? '',
    oninput: () => later(),
    // Escape empties the field without an event of its own kind.
    onsearch: () => later(),
    onchange: () => later(),
  });
  const problem = h('p.problem', { id: 'search-problem', hidden: true });

  /** In the address of the page, so that a search can be sent to somebody. */
  function remember(text) {
    const address = new URL(location);
    if (text === (address.searchParams.get('q') ?? '')) return;
    if (text) address.searchParams.set('q', text);
    else address.searchParams.delete('q');
    history.replaceState(null, '', address);
  }

  async function ask() {
    waiting = undefined;
    const text = input.value.trim();
    asked = text;
    remember(text);
    if (text === '') found = undefined;
    else {
      const query = encodeURIComponent(text);
      try {
        const { ids } = await api.get(`search?search=${query}`);
        if (ids.slice(0, 300).some((id) => !has(id))) await load(query);
        // Another letter has been typed meanwhile: only the last answer counts.
        if (asked !== text) return;
        found = new Set(ids);
        problem.hidden = true;
      } catch ({ message }) {
        fill(problem, `The search failed: ${message}`).hidden = false;
        return;
      }
    }
    onfound();
  }
  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, pauseMilliseconds);
  }
  const use = (text) => {
    input.value = `${input.value.trim()} ${text}`.trim();
    input.focus();
    later();
  };
  if (input.value) later();

  return {
    element: h(
      'div.search',
      input,
      problem,
      h(
        'details.syntax',
        h('summary', 'Search syntax'),
        h(
          'dl',
          syntax.map(([example, meaning]) =>
            h('div', h('dt', h('button.quiet', { type: 'button', onclick: () => use(example) }, example)), h('dd', meaning)),
          ),
        ),
      ),
    ),
    get active() {
      return found !== undefined;
    },
    fits: (id) => found === undefined || found.has(id),
    changed: () => {
      // Not postponed by each change: under load there would never be an answer.
      if (input.value.trim() !== '') waiting ??= setTimeout(ask, pauseMilliseconds);
    },
    focus: () => input.focus(),
  };
}
