/** Checkup: an application is taken through everything that can be wrong with a sign-on, and the report grows while it runs. */
import { startForm } from './checkup-form.js';
import { downloads, findingRows, fixList, scoreLine, sortedFindings } from './checkup-report.js';
import { announce, api, button, fill, h, inEnvironment, panel, parameters, refill, root, show } from './dom.js';

const states = { running: 'Running', finished: 'Finished', stopped: 'Stopped', failed: 'Ended early' };

const idOf = () => parameters.get('environment') ?? 'default';
const pathOf = (rest = '') => inEnvironment(idOf(), `checkups${rest}`);

/** Keeps the address that of what is shown: loading the page again shows the same checkup. */
function keepAddress(id) {
  if (id) parameters.set('id', id);
  else parameters.delete('id');
  history.replaceState(null, '', `${location.pathname}${parameters.size > 0 ? `?${parameters}` : ''}`);
}

/** Listens to a checkup that runs. `onFinding` gets each finding, `onEnd` its state and the problem that ended it. */
function follow(id, seen, { onFinding, onEnd }) {
  const stream = new EventSource(new URL(`v1/${pathOf(`/${encodeURIComponent(id)}/events`)}`, root));
  let count = 0;
  stream.addEventListener('finding', ({ data }) => {
    count += 1;
    // After a break the server goes on where it was; at first it sends all that there is.
    if (count > seen) onFinding(JSON.parse(data));
  });
  stream.addEventListener('end', ({ data }) => {
    stream.close();
    onEnd(JSON.parse(data));
  });
  return stream;
}

/** The checkup that begins, or `error` with what to do. */
async function begin(body) {
  const response = await fetch(new URL(`v1/${pathOf()}`, root), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** The checkup that is shown: its progress, its report, and the files to take away. */
function stage(onEnded) {
  const view = h('section.panel.checkup-stage', { 'aria-label': 'The checkup', hidden: true });
  let run;
  let stream;

  const stop = button('Stop', async () => {
    stop.disabled = true;
    await api.send('DELETE', pathOf(`/${run.id}`));
  });
  const bar = h('progress', { 'aria-label': 'Cases done' });
  const count = h('span');
  const report = h('div.checkup-report');

  const draw = () => {
    const { findings, all, state } = run;
    bar.max = all;
    bar.value = findings.length;
    fill(count, `${findings.length} of ${all}${state === 'running' && findings.length > 0 ? `, last: ${findings.at(-1).title}` : ''}`);
    const sorted = sortedFindings(findings);
    refill(
      report,
      scoreLine(findings),
      run.problem && h('div.problem', h('p', run.problem.message), run.problem.fix && h('p', run.problem.fix)),
      fixList(sorted.filter(({ ok }) => !ok)),
      findings.length > 0 && findingRows(sorted),
    );
  };

  const head = () => {
    const isRunning = run.state === 'running';
    stop.disabled = false;
    const { start, clientId, user, success, libraries } = run;
    refill(
      view,
      h('div.row.over', h('h2', `${states[run.state]}: ${start}`), isRunning && stop),
      h('p.muted', `Application ${clientId}, signed on as ${user}. Taken as success: ${success.join(', ')}.`),
      libraries.length > 0 &&
        h(
          'p.muted',
          'Recognised: ',
          libraries.map(({ name, docs, by }, at) => [at > 0 && ', ', h('a', { href: docs, rel: 'noreferrer' }, name), ` (${by})`]),
          '.',
        ),
      isRunning && h('div.checkup-progress', bar, count),
      !isRunning && downloads((format) => new URL(`v1/${pathOf(`/${run.id}/report?format=${format}`)}`, root)),
      report,
    );
  };

  return (shown) => {
    stream?.close();
    run = shown;
    view.hidden = false;
    keepAddress(run.id);
    head();
    draw();
    if (run.state !== 'running') return view;
    stream = follow(run.id, run.findings.length, {
      onFinding(finding) {
        run.findings.push(finding);
        draw();
        announce(`${run.findings.length} of ${run.all} cases done`);
      },
      onEnd({ state, problem }) {
        run = { ...run, state, problem };
        head();
        draw();
        announce(`${states[state]}: ${run.findings.filter(({ ok }) => !ok).length} to fix`);
        onEnded();
      },
    });
    return view;
  };
}

const earlierList = (checkups, open) =>
  checkups.length > 0 &&
  panel(
    'Earlier checkups',
    h(
      'ul.rows',
      checkups.map((each) =>
        h(
          'li',
          h(
            'span',
            `${each.start}: `,
            h('strong', states[each.state].toLowerCase()),
            `, ${each.findings.filter(({ ok }) => !ok).length} to fix`,
          ),
          button('Show', () => open(each.id), { 'aria-label': `Show the checkup of ${each.start}, ${each.at}` }),
        ),
      ),
    ),
  );

async function checkup(main) {
  const [{ environment }, { environments }] = await Promise.all([
    api.get(`state${parameters.has('environment') ? `?environment=${encodeURIComponent(idOf())}` : ''}`),
    api.get('environments'),
  ]);
  const { users } = await api.get(`environments/${encodeURIComponent(environment.id)}`);
  const earlier = h('div');
  const shown = h('div');
  const drawEarlier = async () => {
    const { checkups } = await api.get(pathOf());
    fill(earlier, earlierList(checkups.reverse(), open));
    return checkups;
  };
  const open = async (id) => fill(shown, showRun(await api.get(pathOf(`/${encodeURIComponent(id)}`))));
  const showRun = stage(() => void drawEarlier());
  main.append(
    h(
      'div.page',
      h('h1', 'Checkup'),
      h(
        'p.lead',
        'Does your application refuse what it must? A person signs on again and again, each time with one thing wrong, and the report says what was accepted.',
      ),
      panel(
        'A new checkup',
        startForm({
          users,
          environments,
          current: idOf(),
          begin,
          onStart(run) {
            const view = showRun(run);
            fill(shown, view);
            view.scrollIntoView();
            void drawEarlier();
          },
          onEnvironment(id) {
            location.search = new URLSearchParams({ environment: id });
          },
        }),
      ),
      shown,
      earlier,
    ),
  );
  const known = await drawEarlier();
  const asked = known.find(({ id }) => id === parameters.get('id')) ?? known.find(({ state }) => state === 'running');
  if (asked) await open(asked.id);
}

show(checkup);
