/** An attack of the lab: choose, predict, run, see. */
import { announce, api, button, fill, h, inEnvironment, select, solid } from './dom.js';
import { outcomes, reason, settingsOf, settingText } from './exercises.js';
import { radios, redraw, seenBy } from './lab-parts.js';
import { outcomeSeen, remember } from './lab-progress.js';
import { startRun, transactionOfRun } from './lab-run.js';

const servers = [
  ['', 'working correctly'],
  ['challenge-ignored', 'not comparing the verifier (broken)'],
  ['plain-accepted', 'accepting plain although S256 is required (broken)'],
  ['code-reusable', 'accepting used codes (broken)'],
];
const consequences = {
  'challenge-ignored': 'it did not check the verifier.',
  'plain-accepted': 'it accepted plain although S256 is required.',
  'code-reusable': 'it accepted a code that was spent.',
};

const usualActors = { victim: 'Victim', server: 'The mock', mallory: 'Mallory' };
const lanes = (rows, actors) =>
  h(
    'div.lanes',
    Object.entries(actors).map(([by, name]) => h(`h3.lane-head.${by}`, name)),
    h(
      'ol',
      rows.map(({ by, text, data, tone }) =>
        h(`li.move.${by}${tone ? `.${tone}` : ''}`, h('b', h('span.actor', `${actors[by]}: `), text), data && h('code', data)),
      ),
    ),
  );

/** Tokens are shortened: what matters is that they are there. */
const shorten = (_, value) =>
  typeof value === 'string' && value.length > 200 ? `${value.slice(0, 40)}… (${value.length} characters)` : value;
const inFull = ({ status, body }) => h('pre', { tabIndex: 0 }, `HTTP ${status}\n${JSON.stringify(body, shorten, 2)}`);

/** The server's answers, each with the number of its step; the one that decided comes first and is open. */
function answersOf(rows, deciding) {
  const numbered = rows.map((row, at) => ({ ...row, at })).filter(({ answer }) => answer);
  const decided = numbered.find(({ answer }) => answer === deciding);
  const title = ({ at, text }) => `step ${at + 1}: ${text}`;
  return h(
    'div.answers',
    h('h3', 'The server’s answer'),
    decided && h('p.muted', `Answer to the attack (${title(decided)})`),
    inFull(deciding),
    numbered
      .filter((each) => each !== decided)
      .map((each) => h('details', h('summary', `Another answer of this run (${title(each)})`), inFull(each.answer))),
  );
}

/** Runs the same against a correct server, to see what the fault changed. */
async function blame(exercise, chosen, server, begun, why) {
  const correct = await startRun({ chosen, own: true });
  await exercise.run(correct);
  await api.send('DELETE', `environments/${correct.lab.environmentId}`);
  const other = correct.rows.find(({ text, tone }, at) => text !== begun.rows[at]?.text || tone !== begun.rows[at].tone);
  return `The server was broken on purpose${
    other
      ? `: ${consequences[server]} A correct server says here: ${other.text}.`
      : `, which makes no difference to this run. For a correct server: ${why}`
  }`;
}

async function attack({ exercise, chosen, server, predicted }) {
  const label = (key) => exercise.choices.find(([each]) => each === key)?.[1] ?? key;
  const begun = await startRun({
    chosen,
    // A run that moves the clock or breaks the server needs its own environment.
    own: exercise.own || server !== '',
    scene: exercise.scene?.(chosen),
    setUp: exercise.setUp?.(chosen),
  });
  if (server) await api.send('POST', inEnvironment(begun.lab.environmentId, 'faults'), { pkce: server, times: 'always' });
  const { outcome, answer } = await exercise.run(begun);
  let why = reason(exercise, outcome, chosen);
  // A fault may break a rule that this run does not reach.
  if (server) why = await blame(exercise, chosen, server, begun, why);
  else remember(exercise, chosen, outcome);
  const [sign, , tone] = outcomes[outcome];
  const right = predicted === outcome;
  announce(`${label(outcome)}. Your prediction was ${right ? 'right' : 'wrong'}.`);
  let transaction = await transactionOfRun(begun);
  // To the server, a stolen code is a code: only this page knows who got the tokens.
  if (outcome === 'stolen' && transaction?.state === 'succeeded') {
    const theft = { transactionId: transaction.id, exercise: exercise.title, outcome: label(outcome) };
    await api.send('POST', inEnvironment(transaction.envId, 'thefts'), theft);
    transaction = { ...transaction, theft };
  }
  return [
    h(
      `div.outcome.${tone}`,
      { 'data-outcome': outcome },
      h('h3', `${sign} ${label(outcome)}`),
      h('p', right ? '✓ As you predicted.' : `✗ You predicted: ${label(predicted)}.`),
      h('p.reason', why),
    ),
    lanes(begun.rows, exercise.actors ?? usualActors),
    exercise.played && h('p.muted.played', exercise.played),
    answersOf(begun.rows, answer),
    transaction && seenBy(transaction),
  ];
}

/** The outcome so far with each setting; a click chooses the setting. */
const resultsOf = (exercise, chosen, choose) =>
  h(
    'ul.results',
    settingsOf(exercise).map((setting) => {
      const [sign, word, tone] = outcomes[outcomeSeen(exercise, setting)] ?? ['', 'not tried yet', 'mute'];
      const current = Object.entries(setting).every(([key, value]) => chosen[key] === value);
      return h(
        'li',
        button([h('span', settingText(exercise, setting)), h(`b.${tone}`, `${sign} ${word}`)], () => choose(setting), {
          look: 'tile',
          'aria-current': current && 'true',
        }),
      );
    }),
  );

/** Draws an exercise. `choose` is called with what is chosen, `onDone` after each run. */
export function drawAttack(exercise, { chosen, server, choose, onDone }) {
  let predicted;
  const result = h('div.result', { 'aria-live': 'polite' });
  const board = h('div.board');
  const drawBoard = () => redraw(board, () => resultsOf(exercise, chosen, choose));
  const go = solid('Run the attack', run, { disabled: true });
  async function run() {
    // Disabling the button would lose the focus.
    if (result.ariaBusy) return;
    result.ariaBusy = true;
    fill(result, h('p.muted', 'Running against the real server…'));
    try {
      fill(result, await attack({ exercise, chosen, server, predicted }));
    } catch (error) {
      fill(result, h('p.problem', `The attack could not be run: ${error.message}`));
    }
    result.ariaBusy = null;
    drawBoard();
    onDone();
  }
  drawBoard();
  return h(
    'div.attack',
    h(
      'div.switches',
      exercise.switches.map(({ key, legend, options }) => radios(legend, key, options, chosen[key], (value) => choose({ [key]: value }))),
      exercise.breakable &&
        h(
          'label.choice-select',
          h('span', 'The server is'),
          select({ onchange: ({ target }) => choose({}, target.value) }, servers, server),
        ),
    ),
    radios('What will happen? Predict first.', 'prediction', exercise.choices, undefined, (key) => {
      predicted = key;
      go.disabled = false;
    }),
    h('div.row', go),
    result,
    h('section.seen-so-far', { 'aria-label': 'Your results' }, h('h3', 'Your results in this exercise'), board),
  );
}
