/** An expression of an attribute mapping, tried with the value of each of its parts. */
import { api, fill, h, field as labelled, panel, solid } from './dom.js';

const pretty = (value) => h('pre', JSON.stringify(value, null, 2));

/** A field for an expression, and its value with the value of each part. */
export function expressionPanel() {
  const [expression, user, request] = ['expression', 'user', 'request'].map((id) => h('input', { id }));
  const result = h('div', { role: 'status' });
  const run = async () =>
    api.send('POST', 'environments/default/expression', {
      expression: expression.value,
      user: user.value || undefined,
      request: JSON.parse(request.value || '{}'),
    });
  return panel(
    'An expression, part by part',
    labelled('Expression', expression),
    labelled('User', user),
    labelled('Token request, as JSON', request),
    solid('Evaluate', async () => fill(result, pretty(await run().catch(({ message }) => message)))),
    result,
  );
}
