/** Shows a call: method, path and body, as curl, the answer, and what to do about a refusal. */
import { announce, copyButton, fill, h, root } from './dom.js';
import { call } from './management.js';

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** The call as commands of a shell: one that gets a token, one that makes the call with it. */
export function asCurl({ environment, of, method, url, type, body }) {
  const token = `TOKEN=$(curl -s -X POST ${quoted(new URL(`v1/environments/${environment}/management-token`, root))} | jq -r .access_token)\n`;
  return [
    of === 'control' ? '' : token,
    `curl -i -X ${method} ${quoted(url)}`,
    of === 'control' ? '' : ' \\\n  -H "Authorization: Bearer $TOKEN"',
    type === undefined ? '' : ` \\\n  -H ${quoted(`Content-Type: ${type}`)}`,
    body === undefined ? '' : ` \\\n  --data-raw ${quoted(body)}`,
  ].join('');
}

const named = (target) => (target ? `“${target}”` : 'the value');
const listed = (values) => [values].flat().join(', ');

/** How to fix each of PingOne's refusals, by the code of a detail. */
const advice = {
  UNIQUENESS_VIOLATION: ({ target }) => `Choose another value for ${named(target)}: this one is taken.`,
  REQUIRED_VALUE: ({ target }) => `Fill in ${named(target)}.`,
  EMPTY_VALUE: ({ target }) => `Fill in ${named(target)}.`,
  LIMIT_EXCEEDED: () => 'Remove one first. How many there may be is set by the environment.',
  SIZE_LIMIT_EXCEEDED: ({ target }) => `Make ${named(target)} shorter.`,
  CONSTRAINT_VIOLATION: ({ innerError }) =>
    innerError?.referencedValues
      ? `Remove what refers to it first: ${listed(innerError.referencedValues)}.`
      : 'It cannot be done as things are.',
  INVALID_OTP: () => 'Use the newest passcode, or send another one.',
  INSUFFICIENT_PERMISSIONS: () => 'This page’s token may do everything in this environment, so the item may belong to another one.',
  INVALID_VALUE: ({ target, innerError = {} }) => {
    const { allowedValues, unsatisfiedRequirements, rangeMinimumValue: low, rangeMaximumValue: high, maximumValue = high } = innerError;
    if (allowedValues) return `Choose one of these for ${named(target)}: ${listed(allowedValues)}.`;
    if (unsatisfiedRequirements) return `The password policy also wants: ${listed(unsatisfiedRequirements)}.`;
    if (maximumValue !== undefined) return `Keep ${named(target)} between ${low ?? 0} and ${maximumValue}.`;
    return `Correct ${named(target)}.`;
  },
};

/** By status, if no detail says more. */
const byStatus = {
  401: 'The token does not count here. Reload the page.',
  404: 'It is gone. Refresh the page to see what there is.',
  409: 'It conflicts with existing data. Refresh the page, then try again.',
  413: 'The body is too large.',
  429: 'Wait a moment, then try again.',
};

/** What to do about a refusal, as sentences. */
export function whatToDo({ status, json, retryAfter, of }) {
  if (of === 'control') return [json?.error?.fix ?? byStatus[status] ?? 'Read the answer.'];
  const found = (json?.details ?? []).map((detail) => (advice[detail.code] ?? advice.INVALID_VALUE)(detail));
  if (found.length > 0) return [...new Set(found)];
  if (status === 429 && retryAfter) return [`Wait ${retryAfter} seconds, then try again.`];
  return [byStatus[status] ?? (status >= 500 ? 'A fault may be set for this request: see /__mock/v1/…/faults.' : 'Read the answer.')];
}

/** The text of the refusal. */
const refusalOf = ({ status, json }) =>
  json?.error?.message ?? json?.details?.map(({ message }) => message).join(' ') ?? json?.message ?? `The server answered ${status}.`;

const path = ({ url }) => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

/** A call with its answer. */
export function callView(made) {
  const { method, status, ok, type, body, answer, diagnosis, of } = made;
  return h(
    `div.call.${ok ? 'held' : 'refused'}`,
    { role: 'group', 'aria-label': `The call ${method} ${path(made)}` },
    h(
      'div.call-head',
      h(`b.${ok ? 'good' : 'bad'}`, ok ? '✓ ' : '✗ ', status),
      h('code', `${method} ${path(made)}`),
      copyButton('Copy as curl', () => asCurl(made)),
    ),
    !ok &&
      h(
        'div.call-why',
        h('p', refusalOf(made)),
        whatToDo(made).map((each) => h('p', h('b', 'What to do: '), each)),
      ),
    h('small.muted', of === 'control' ? 'The control API: PingOne has no such call.' : type && `Content-Type: ${type}`),
    body !== undefined && h('pre', { tabIndex: 0, 'aria-label': 'Body' }, pretty(body)),
    h(
      'details',
      { open: !ok },
      h('summary', answer === '' ? 'The answer has no body' : ok ? 'The answer' : of === 'control' ? 'The answer' : 'PingOne’s answer'),
      answer !== '' && h('pre', { tabIndex: 0, 'aria-label': 'Answer' }, pretty(answer)),
      diagnosis && h('p.muted', h('code', `x-mock-diagnosis: ${diagnosis}`)),
    ),
  );
}

/**
 * Makes the calls one after the other, shows them in `place`, and stops at a refusal. Returns the last one made; its `ok`
 * says whether it succeeded.
 */
export async function perform(place, page, ...requests) {
  const shown = [];
  let made;
  for (const request of requests) {
    const next = typeof request === 'function' ? request(made) : request;
    made = await call(page.environment, next, page.secretsHidden);
    shown.push(callView(made));
    fill(place, shown);
    if (!made.ok) break;
  }
  announce(made.ok ? `Done: ${made.status}` : `Refused: ${refusalOf(made)}`);
  return made;
}
