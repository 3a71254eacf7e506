/** The attack lab: one exercise a page, at /__mock/lab/3 and so on. */
import { button, h, parameters, projector, projectorLink, root, show } from './dom.js';
import { exercises, settingsOf } from './exercises.js';
import { drawAttack } from './lab-attack.js';
import { fixMe } from './lab-fix.js';
import { redraw } from './lab-parts.js';
import { forgetAll, remember, triedIn } from './lab-progress.js';
import { glossaryList, wordLinks } from './lab-words.js';

const isDone = (exercise) => triedIn(exercise, settingsOf(exercise)) > 0;

/** The place of the exercise that the address asks for. */
function placeAsked() {
  const inPath = /\/lab\/([^/]*)$/.exec(location.pathname)?.[1];
  if (inPath) return /^\d{1,3}$/.test(inPath) && exercises[inPath - 1] ? inPath - 1 : undefined;
  // Before the honest sign-on was the first, addresses were ?exercise=1 for the first attack.
  const before = parameters.get('exercise');
  if (before !== null) return Math.min(exercises.length - 1, Math.max(1, Number(before) || 1));
  const next = exercises.findIndex((exercise) => !isDone(exercise));
  return next < 0 ? 0 : next;
}

const linkTo = (at) => new URL(`lab/${at + 1}${projector ? '?projector=1' : ''}`, root);

/** What is chosen at first: what the address says, then what suits the exercise. */
const chosenAtFirst = ({ switches = [] }) =>
  Object.fromEntries(
    switches.map(({ key, options, preset }) => {
      const asked = parameters.get(key);
      return [key, options.some(([value]) => value === asked) ? asked : (preset ?? options[0][0])];
    }),
  );

const exerciseList = (at) =>
  h(
    'ol.exercises',
    exercises.map((exercise, each) => {
      const settings = settingsOf(exercise);
      const tried = triedIn(exercise, settings);
      const progress = tried === 0 ? 'not tried yet' : `✓ ${settings.length > 1 ? `${tried} of ${settings.length} runs seen` : 'done'}`;
      return h(
        'li',
        h(
          'a',
          { href: linkTo(each), 'aria-current': each === at && 'page' },
          h(`span.number${tried ? '.done' : ''}`, each + 1),
          h('span', exercise.title, h('small.muted', progress)),
        ),
      );
    }),
  );

const pager = (at) =>
  h(
    'div.pager',
    { role: 'navigation', 'aria-label': 'Exercises before and after this one' },
    at > 0 && h('a.quiet', { href: linkTo(at - 1), rel: 'prev' }, `← Previous: ${exercises[at - 1].title}`),
    at < exercises.length - 1 && h('a.quiet.next', { href: linkTo(at + 1), rel: 'next' }, `Next: ${exercises[at + 1].title} →`),
  );

/** Keeps the address in line with what is shown, so that a link to it opens the same. */
function keepAddress(at, chosen) {
  parameters.delete('exercise');
  for (const key of ['pkce', 'enforcement', 'iss', 'factor']) parameters.delete(key);
  for (const [key, value] of Object.entries(chosen)) parameters.set(key, value);
  const query = String(parameters);
  history.replaceState(null, '', new URL(`lab/${at + 1}${query && `?${query}`}${location.hash}`, root));
}

function stageOf(at, onDone) {
  const exercise = exercises[at];
  let chosen = chosenAtFirst(exercise);
  let server = '';
  const body = h('div');
  const draw = () => drawAttack(exercise, { chosen, server, choose, onDone });
  function choose(change, broken = server) {
    chosen = { ...chosen, ...change };
    server = broken;
    keepAddress(at, chosen);
    redraw(body, draw);
  }
  keepAddress(at, chosen);
  if (exercise.draw)
    body.append(
      exercise.draw(() => {
        remember(exercise, {}, 'done');
        onDone();
      }),
    );
  else redraw(body, draw);
  return h(
    'section.panel.stage-area',
    { 'aria-label': 'The exercise' },
    h('p.muted', `Exercise ${at + 1} of ${exercises.length}`),
    h('h2', exercise.title),
    h('p', exercise.story),
    wordLinks(exercise.words),
    body,
    pager(at),
  );
}

const missing = () =>
  h(
    'section.panel',
    h('h2', 'There is no such exercise'),
    h('p', `The lab has exercises 1 to ${exercises.length}.`),
    h('p', h('a', { href: linkTo(0) }, 'Begin with the first')),
  );

async function lab(main, tools) {
  const at = placeAsked();
  const list = h('div');
  const summary = h('summary');
  const drawList = () => {
    summary.textContent = `Exercises: ${exercises.filter(isDone).length} of ${exercises.length} done`;
    redraw(list, () => exerciseList(at));
  };
  drawList();
  const forget = button('Forget my results', () => {
    forgetAll();
    location.reload();
  });
  if (!projector)
    tools.append(h('a.quiet', { href: '#glossary' }, 'Glossary'), h('a.quiet', { href: new URL('lab/sheet', root) }, 'Worksheet'));
  tools.append(projectorLink());
  main.append(
    h(
      'div.page',
      h('h1', 'Attack lab'),
      h('p.lead', 'Be Mallory, the attacker. Every run is a real sign-on at this server: predict what happens, run it, and see why.'),
      h(
        'div.lab',
        h(
          'div.panel.exercise-list',
          { role: 'navigation', 'aria-label': 'Exercises' },
          h('details', { open: !matchMedia('(width <= 60rem)').matches }, summary, list, h('div.row', forget)),
        ),
        at === undefined ? missing() : stageOf(at, drawList),
      ),
      h('div.beside', fixMe(), h('section.panel', { id: 'glossary', 'aria-label': 'Glossary' }, h('h2', 'Glossary'), glossaryList())),
    ),
  );
}

show(lab);
