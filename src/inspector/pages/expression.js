/** An expression of an attribute mapping, tried with the value of each of its parts. */
import { api, fill, h, field as labelled, panel, solid } from './dom.js';

/** The parts of an expression, each with its value. */
export const partsOf = (parts) =>
  parts.length > 0 &&
  h(
    'dl',
    parts.map(({ part, value }) => [h('dt', h('code', part)), h('dd', h('code', JSON.stringify(value)))]),
  );

const outcomeOf = ({ value, error, parts }) => [
  h(`p.outcome.${error ? 'bad' : 'good'}`, error ? `✗ ${error.message}, at position ${error.at}` : `✓ ${JSON.stringify(value)}`),
  h('div.claim', partsOf(parts)),
];

/** What the request field holds; undefined if it is empty. Throws for what is not JSON. */
const readRequest = (text) => (text.trim() === '' ? undefined : JSON.parse(text));

/** A field for an expression, and its value with all that leads to it. */
export function expressionPanel() {
  const text = (id, placeholder) => h('input', { id, type: 'text', spellcheck: false, autocomplete: 'off', placeholder });
  const expression = text('expression', 'user.name.given + " " + user.name.family');
  const user = text('expression-user', 'alice');
  const request = text('expression-request', '{"grantType":"client_credentials"}');
  const result = h('div', { role: 'status' });
  const run = async () => {
    try {
      const body = { expression: expression.value, user: user.value.trim() || undefined, request: readRequest(request.value) };
      const tried = await api.send('POST', 'environments/default/expression', JSON.parse(JSON.stringify(body)));
      fill(result, outcomeOf(tried));
    } catch ({ message }) {
      fill(result, h('p.outcome.bad', `✗ ${message}`));
    }
  };
  return panel(
    'An expression, part by part',
    h('p.muted', 'What an attribute mapping would give, with the value of each part.'),
    labelled('Expression', expression),
    labelled('User', user),
    labelled('Token request', request),
    h('div.row', solid('Evaluate', run)),
    result,
  );
}
