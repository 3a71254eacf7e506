/** The attack lab: predict, run, see. */
import {
  announce,
  api,
  button,
  fill,
  h,
  inEnvironment,
  keyed,
  panel,
  parameters,
  root,
  scroll,
  select,
  show,
  solid,
  table,
} from './dom.js';
import { buggyApps, bugs, exercises, runBuggy, startRun, transactionOfRun } from './exercises.js';
import { drawTransaction, outcomeOf } from './transaction.js';

const modes = [
  ['off', 'Off'],
  ['plain', 'plain'],
  ['S256', 'S256'],
];
const enforcements = ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'];
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
const short = {
  stolen: ['✗', 'tokens stolen', 'bad'],
  token: ['✓', 'refused', 'good'],
  authorize: ['✓', 'refused at /authorize', 'good'],
  revoked: ['✓', 'refused, revoked', 'good'],
  kept: ['✗', 'refused, kept', 'bad'],
};

const seen = JSON.parse(sessionStorage.getItem('pingone-mock lab') ?? '{}');
const startAt = Math.min(exercises.length, Math.max(1, Number(parameters.get('exercise')) || 1)) - 1;
const chosen = {
  exercise: startAt,
  mode: parameters.get('pkce') ?? 'off',
  enforcement: parameters.get('enforcement') ?? 'OPTIONAL',
  server: '',
};

const radios = (legend, name, options, value, onchoose, allowed = () => true) =>
  h(
    'fieldset.choices',
    h('legend', legend),
    options.map(([each, label]) =>
      h(
        'label.choice',
        h('input', { type: 'radio', name, value: each, checked: each === value, disabled: !allowed(each), onchange: () => onchoose(each) }),
        label,
      ),
    ),
  );

const board = h('div.board');
const stage = h('div');
/** Redraws an element, and keeps the focus. */
const redraw = (place, draw) =>
  keyed(
    place,
    [0],
    () => 0,
    draw,
    () => Number.NaN,
  );

function drawBoard() {
  const row = ({ title, modes: possible }, exercise) => [
    h(
      'th',
      { scope: 'row' },
      button(`${exercise + 1} · ${title}`, () => choose({ exercise }), {
        look: 'link',
        'aria-current': exercise === chosen.exercise && 'true',
      }),
    ),
    ...modes.map(([mode]) => {
      if (!possible.includes(mode)) return h('span.muted', { title: 'Does not apply' }, '–');
      const lines = enforcements.flatMap((enforcement) => {
        const [sign, word, tone] = short[seen[[exercise, mode, enforcement]]] ?? [];
        return word ? h(`div.${tone}`, `${sign} ${word} `, h('small', enforcement)) : [];
      });
      return lines.length > 0 ? lines : h('span.muted', 'not tried yet');
    }),
  ];
  redraw(board, () => table(['Exercise', ...modes.map(([, label]) => `PKCE ${label}`)], exercises.map(row)));
}

function choose(change) {
  Object.assign(chosen, change);
  const exercise = exercises[chosen.exercise];
  if (change.exercise !== undefined) chosen.enforcement = change.enforcement ?? exercise.enforcement ?? 'OPTIONAL';
  if (!exercise.modes.includes(chosen.mode)) chosen.mode = exercise.modes[0];
  parameters.set('exercise', chosen.exercise + 1);
  parameters.set('pkce', chosen.mode);
  parameters.set('enforcement', chosen.enforcement);
  history.replaceState(null, '', `?${parameters}`);
  drawBoard();
  redraw(stage, drawExercise);
}

function drawExercise() {
  const exercise = exercises[chosen.exercise];
  let predicted;
  const result = h('div.result', { 'aria-live': 'polite' });
  const go = solid('Run the attack', run, { disabled: true });
  async function run() {
    // Disabling the button would lose the focus.
    if (result.ariaBusy) return;
    result.ariaBusy = true;
    fill(result, h('p.muted', 'Running against the real server…'));
    try {
      fill(result, await attack(exercise, predicted));
    } catch (error) {
      fill(result, h('p.problem', `The attack could not be run: ${error.message}`));
    }
    result.ariaBusy = null;
    drawBoard();
  }
  return h(
    'div.stage-area',
    h('p.muted', `Exercise ${chosen.exercise + 1} of ${exercises.length}`),
    h('h2', exercise.title),
    h('p', exercise.story),
    h(
      'div.switches',
      radios(
        'PKCE of the application',
        'mode',
        modes,
        chosen.mode,
        (mode) => choose({ mode }),
        (mode) => exercise.modes.includes(mode),
      ),
      radios(
        'pkceEnforcement at the server',
        'enforcement',
        enforcements.map((each) => [each, each]),
        chosen.enforcement,
        (enforcement) => choose({ enforcement }),
      ),
      h(
        'label.choice-select',
        h('span', 'The server is'),
        select({ onchange: ({ target }) => choose({ server: target.value }) }, servers, chosen.server),
      ),
    ),
    radios('What will happen? Predict first.', 'prediction', exercise.choices, undefined, (key) => {
      predicted = key;
      go.disabled = false;
    }),
    h('div.row', go),
    result,
  );
}

const actors = { victim: 'Victim', server: 'The mock', mallory: 'Mallory' };
const lanes = (rows) =>
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

async function attack(exercise, predicted) {
  const label = (key) => exercise.choices.find(([each]) => each === key)?.[1] ?? key;
  // The choice may change during the run.
  const { exercise: number, mode, enforcement, server } = chosen;
  // A run that moves the clock or breaks the server needs its own environment.
  const begun = await startRun({ mode, enforcement, own: exercise.own || server !== '' });
  if (server) await api.send('POST', inEnvironment(begun.lab.environmentId, 'faults'), { pkce: server, times: 'always' });
  const { outcome, answer } = await exercise.run(begun);
  let why = exercise.why[outcome];
  if (server) {
    // Compares with a correct server: a fault may break a rule that this run does not reach.
    const correct = await startRun({ mode, enforcement, own: true });
    await exercise.run(correct);
    await api.send('DELETE', `environments/${correct.lab.environmentId}`);
    const other = correct.rows.find(({ text, tone }, at) => text !== begun.rows[at]?.text || tone !== begun.rows[at].tone);
    why = `The server was broken on purpose${
      other
        ? `: ${consequences[server]} A correct server says here: ${other.text}.`
        : `, which makes no difference to this run. For a correct server: ${why}`
    }`;
  } else {
    seen[[number, mode, enforcement]] = outcome;
    sessionStorage.setItem('pingone-mock lab', JSON.stringify(seen));
  }
  const [sign, , tone] = short[outcome];
  const right = predicted === outcome;
  announce(`${label(outcome)}. Your prediction was ${right ? 'right' : 'wrong'}.`);
  const transaction = await transactionOfRun(begun);
  return [
    h(
      `div.outcome.${tone}`,
      { 'data-outcome': outcome },
      h('h3', `${sign} ${label(outcome)}`),
      h('p', right ? '✓ As you predicted.' : `✗ You predicted: ${label(predicted)}.`),
      h('p', why),
    ),
    lanes(begun.rows),
    h('div', h('h3', 'The server’s response'), h('pre', { tabIndex: 0 }, `HTTP ${answer.status}\n${JSON.stringify(answer.body, null, 2)}`)),
    transaction && seenBy(transaction),
  ];
}

/** What the server saw, drawn once opened. */
const seenBy = (transaction) => {
  const place = h('div.detail');
  return h(
    'details.seen',
    { ontoggle: ({ target }) => target.open && place.childElementCount === 0 && drawTransaction(place, transaction) },
    h('summary', 'What the server saw, computed and decided'),
    h('p', h('a', { href: new URL(`tx/${transaction.id}`, root) }, outcomeOf(transaction))),
    place,
  );
};

function fixMe() {
  const results = h('div');
  const ask = async (app) => {
    // If another run starts meanwhile, only its result is shown.
    const result = h('div.result');
    fill(results, result);
    const { run, challenge, sent, answer } = await runBuggy(app);
    const transaction = await transactionOfRun(run);
    const verdict = h('div');
    const reveal = (guess) =>
      fill(
        verdict,
        h(
          `p.outcome.${guess === app.bug ? 'good' : 'bad'}`,
          guess === app.bug ? '✓ Yes. ' : '✗ No. ',
          'The server’s own diagnosis: ',
          h('strong', transaction?.diagnosis?.title),
        ),
        transaction && seenBy(transaction),
      );
    fill(
      result,
      h('h3', `${app.name} was refused`),
      h(
        'dl.values',
        h('div', h('dt', 'code_challenge'), h('dd', h('code', challenge), h('small.muted', ` ${challenge.length} characters`))),
        sent && h('div', h('dt', 'code_verifier'), h('dd', h('code', sent))),
      ),
      h('pre', { tabIndex: 0 }, `HTTP ${answer.status}\n${JSON.stringify(answer.body, null, 2)}`),
      radios('What does the application do wrong?', 'bug', bugs, undefined, reveal),
      verdict,
    );
  };
  return panel(
    'Fix me',
    h('p.muted', 'Three applications use S256, each with a bug. Run one, look at the values and guess; then read the server’s diagnosis.'),
    h(
      'div.row',
      buggyApps.map((app) => button(`Run ${app.name}`, () => ask(app))),
    ),
    results,
  );
}

async function lab(main) {
  main.append(
    h(
      'div.page',
      h('h1', 'Attack lab'),
      h('p.lead', 'Be Mallory. Every run is a real flow against this server: predict what happens, run it, and see why.'),
      h(
        'div.lab',
        h('section.panel', { 'aria-label': 'Exercises' }, scroll('Your results so far', board)),
        h('section.panel', { 'aria-label': 'The exercise' }, stage),
      ),
      fixMe(),
    ),
  );
  choose({ exercise: startAt, enforcement: enforcements.find((each) => each === parameters.get('enforcement')) });
}

show(lab);
