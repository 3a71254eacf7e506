/** The steps of a transaction with their checks. Those that passed are folded. */
import { asTime, h, keyed } from './dom.js';
import { channels, isTelling, ruleInWords } from './explain.js';
import { wire } from './wire.js';

const verdicts = {
  wait: ['!', 'Warning', 'wait'],
  null: ['–', 'undecided', 'mute'],
  true: ['✓', 'held', 'good'],
  false: ['✗', 'refused', 'bad'],
};
const mark = (ok) => {
  const [sign, word, tone] = verdicts[ok];
  return [h(`b.${tone}`, { ariaHidden: 'true' }, sign), h('span.hidden', word)];
};

const pill = ({ rule, ok }) =>
  h(`li.pill.${ok ? 'good' : 'bad'}`, ok ? '✓ ' : '✗ ', ruleInWords(rule), !ok && h('span.hidden', ' (refused)'));

const checkRow = ({ rule, ok, expected, got, spec }) =>
  h(
    'li',
    h('span', mark(ok)),
    h('span', ruleInWords(rule), h('code.rule', rule)),
    h('span', expected !== undefined && ['expected ', h('code', expected), h('br')], got !== undefined && ['got ', h('code', got)]),
    h('small', spec),
  );

/** The checks of a step: the informative ones, and all of them on request. */
export const checksOf = (checks) =>
  checks.length > 0 && [
    h('ul.pills', checks.filter(({ rule, ok }) => !ok || isTelling(rule)).map(pill)),
    h('details.checks', h('summary', checks.length === 1 ? 'The check' : `All ${checks.length} checks`), h('ul', checks.map(checkRow))),
  ];

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const valueChips = ([name, value]) => [h('small.muted', name), [value].flat().map((each) => h('span.chip', textOf(each)))];

/** What a step shows besides its checks. */
const pictures = {
  'pkce.recorded': ({ data }) =>
    h(
      'p.recorded',
      h('span.chip', data.method),
      h('code.value', data.challenge),
      h('small.muted', `${data.challenge.length} characters; kept until the code is redeemed`),
    ),
  code: ({ data }) =>
    h('p.recorded', h('code.value', data.code), data.expiresAt && h('small.muted', `valid once, until ${asTime(data.expiresAt)}`)),
  // An expression that was left out: why, and the value of each part.
  claim: ({ data }) => h('pre', JSON.stringify(data, null, 2)),
  login: ({ data }) => data && h('p.recorded', Object.entries(data).flatMap(valueChips)),
};

const stepOf = (transaction, step) => {
  const verdict = step.kind === 'claim' ? 'wait' : step.ok;
  return h(
    `li.step.${verdict}`,
    h(
      'details.fold',
      { open: verdict === false || verdict === 'wait' },
      h(
        'summary.step-head',
        h('span.step-title', step.title),
        mark(verdict),
        h('small.when', `+${Math.round(step.at - Date.parse(transaction.startedAt))} ms`),
      ),
      channels[step.kind] && step.request && h('p.channel', channels[step.kind]),
      checksOf(step.checks),
      pictures[step.kind]?.(step, transaction),
      step.request && wire(transaction, step),
    ),
  );
};

/** Draws the steps, or updates the drawing. */
export const drawSteps = (place, transaction) =>
  keyed(
    place,
    transaction.steps,
    ({ n }) => n,
    (step) => stepOf(transaction, step),
  );
