/** The attack lab: predict, run, see. */
import { announce, api, button, fill, h, parameters, root, show } from './dom.js';
import { buggyApps, bugs, exercises, runBuggy, startRun } from './exercises.js';
import { drawTransaction, outcomeOf } from './transaction.js';

const modes = [
  ['off', 'Off'],
  ['plain', 'plain'],
  ['S256', 'S256'],
];
const enforcements = ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'];
const servers = [
  ['', 'as it should be'],
  ['challenge-ignored', 'forgets to compare (broken)'],
  ['plain-accepted', 'takes plain although S256 is required (broken)'],
  ['code-reusable', 'lets codes be used again (broken)'],
];
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

const board = h('table.board');
const stage = h('div.stage-area');

function drawBoard() {
  fill(
    board,
    h('caption.hidden', 'What you have seen so far'),
    h(
      'thead',
      h(
        'tr',
        h('th', { scope: 'col' }, 'Exercise'),
        modes.map(([, label]) => h('th', { scope: 'col' }, `PKCE ${label}`)),
      ),
    ),
    h(
      'tbody',
      exercises.map((exercise, at) =>
        h(
          'tr',
          h(
            'th',
            { scope: 'row' },
            button(`${at + 1} · ${exercise.title}`, () => choose({ exercise: at }), {
              look: 'link',
              'aria-current': at === chosen.exercise && 'true',
            }),
          ),
          modes.map(([mode]) => {
            const outcome = seen[`${at} ${mode}`];
            return h(
              'td',
              !exercise.modes.includes(mode)
                ? h('span.muted', { title: 'There is nothing to try here' }, '–')
                : outcome
                  ? h(`span.${short[outcome][2]}`, `${short[outcome][0]} ${short[outcome][1]}`)
                  : h('span.muted', 'not seen yet'),
            );
          }),
        ),
      ),
    ),
  );
}

function choose(change) {
  Object.assign(chosen, change);
  const exercise = exercises[chosen.exercise];
  if (change.exercise !== undefined) chosen.enforcement = change.enforcement ?? exercise.enforcement ?? 'OPTIONAL';
  if (!exercise.modes.includes(chosen.mode)) chosen.mode = exercise.modes[0];
  history.replaceState(
    null,
    '',
    `?${new URLSearchParams({ exercise: chosen.exercise + 1, pkce: chosen.mode, enforcement: chosen.enforcement })}`,
  );
  drawBoard();
  drawExercise();
}

function drawExercise() {
  const exercise = exercises[chosen.exercise];
  let predicted;
  const result = h('div.result', { 'aria-live': 'polite' });
  const go = button('Run the attack', run, { look: 'solid', disabled: true });
  async function run() {
    go.disabled = true;
    fill(result, h('p.muted', 'Running against the real server…'));
    try {
      fill(result, await attack(exercise, predicted));
    } catch (error) {
      fill(result, h('p.problem', `It could not be run: ${error.message}`));
    }
    go.disabled = false;
    drawBoard();
  }
  fill(
    stage,
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
        h(
          'select',
          { onchange: ({ target }) => choose({ server: target.value }) },
          servers.map(([value, label]) => h('option', { value, selected: value === chosen.server }, label)),
        ),
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

/** Lets the server be broken on purpose for the time of one run. */
async function withServer(fault, work) {
  if (!fault) return work();
  const { environmentId } = await api.send('POST', 'lab');
  const path = `environments/${environmentId}/faults`;
  await api.send('POST', path, { pkce: fault, times: 'always' });
  try {
    return await work();
  } finally {
    await api.send('DELETE', path);
  }
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
  const begun = await startRun(chosen);
  const { outcome, answer } = await withServer(chosen.server, () => exercise.run(begun));
  if (!chosen.server) {
    seen[`${chosen.exercise} ${chosen.mode}`] = outcome;
    sessionStorage.setItem('pingone-mock lab', JSON.stringify(seen));
  }
  const label = (key) => exercise.choices.find(([each]) => each === key)?.[1] ?? key;
  const [sign, , tone] = short[outcome];
  const right = predicted === outcome;
  announce(`${label(outcome)}. Your prediction was ${right ? 'right' : 'wrong'}.`);
  const { transactions } = await api.get(`environments/${begun.lab.environmentId}/transactions?limit=1`);
  const [transaction] = transactions;
  return [
    h(
      `div.outcome.${tone}`,
      { 'data-outcome': outcome },
      h('h3', `${sign} ${label(outcome)}`),
      h('p', right ? '✓ As you predicted.' : `✗ You predicted: ${label(predicted)}.`),
      h(
        'p',
        chosen.server ? 'The server was broken on purpose: the check that would have stopped this was left out. ' : '',
        chosen.server && outcome !== 'token' ? '' : exercise.why[outcome],
      ),
    ),
    lanes(begun.rows),
    h(
      'div',
      h('h3', 'The server’s exact answer'),
      h('pre', { tabIndex: 0 }, `HTTP ${answer.status}\n${JSON.stringify(answer.body, null, 2)}`),
    ),
    transaction && seenBy(transaction),
  ];
}

/** What the server saw, drawn when somebody looks. */
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
  const result = h('div.result');
  const ask = async (app) => {
    const { run, challenge, sent, answer } = await runBuggy(app);
    const { transactions } = await api.get(`environments/${run.lab.environmentId}/transactions?limit=1`);
    const verdict = h('div');
    const reveal = (guess) =>
      fill(
        verdict,
        h(
          `p.outcome.${guess === app.bug ? 'good' : 'bad'}`,
          guess === app.bug ? '✓ Yes. ' : '✗ Not that. ',
          'The server’s own diagnosis: ',
          h('strong', transactions[0]?.diagnosis?.title),
        ),
        transactions[0] && seenBy(transactions[0]),
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
  return h(
    'section.panel',
    { 'aria-labelledby': 'fix-me' },
    h('h2', { id: 'fix-me' }, 'Fix me'),
    h('p.muted', 'Three applications speak S256, each with a bug. Run one, look at the values, guess; then read what the server says.'),
    h(
      'div.row',
      buggyApps.map((app) => button(`Run ${app.name}`, () => ask(app))),
    ),
    result,
  );
}

await show(async (main) => {
  main.append(
    h(
      'div.page',
      h('h1', 'Attack lab'),
      h(
        'p.lead',
        'Be Mallory. Every run is a real flow against this server, in an environment of its own: predict what happens, run it, and see why.',
      ),
      h(
        'div.lab',
        h(
          'section.panel',
          { 'aria-label': 'Exercises' },
          h('div.scroll', { tabIndex: 0, role: 'region', 'aria-label': 'What you have seen so far' }, board),
        ),
        h('section.panel', { 'aria-label': 'The exercise' }, stage),
      ),
      fixMe(),
    ),
  );
  choose({ exercise: startAt, enforcement: enforcements.find((each) => each === parameters.get('enforcement')) });
});
