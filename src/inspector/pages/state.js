/** The state of an environment: sessions, messages, users, applications. */
import { usersAndApplications } from './cards.js';
import { api, asMoment, button, field, fill, fromNow, h, keyed, panel, parameters, scroll, show, table } from './dom.js';

const part = (title, names, rows, nothing) =>
  panel([title, ' ', h('small.muted', rows.length)], rows.length === 0 ? h('p.muted', nothing) : scroll(title, table(names, rows)));

const text = (value) => value && h('bdi', value);

async function state(main, tools) {
  const time = h('time');
  const choice = h('select', {
    id: 'environment',
    onchange: () => {
      chosen = choice.value;
      history.replaceState(null, '', `?${new URLSearchParams({ environment: chosen })}`);
      void draw();
    },
  });
  const held = h('div.stack');
  main.append(
    h(
      'div.page',
      h('h1', 'State'),
      h('p.lead', 'What the environment holds right now. Its clock reads ', time, '.'),
      h('div.short', field('Environment', choice)),
      held,
    ),
  );
  let chosen = parameters.get('environment');
  let turn = 0;
  async function draw() {
    const mine = ++turn;
    let problem;
    const { environments, environment } = await api
      .get(chosen ? `state?environment=${encodeURIComponent(chosen)}` : 'state')
      .catch(({ message }) => {
        problem = message;
        return api.get('state');
      });
    if (mine !== turn) return;
    keyed(
      choice,
      environments,
      ({ id }) => id,
      ({ id, name }) => h('option', { value: id }, `${name} (${id.slice(0, 8)})`),
    );
    choice.value = environment.id;
    const { sessions, outbox, now } = environment;
    fill(time, asMoment(now));
    fill(
      held,
      problem && h('p.problem', problem),
      part(
        'Sessions',
        ['User', 'Signed on', 'Last active', 'Ends', 'Policy', 'By'],
        sessions.map((each) => [
          h('bdi', each.username ?? 'deleted'),
          fromNow(each.createdAt, now),
          fromNow(each.activeAt, now),
          fromNow(each.expiresAt, now),
          each.acr,
          each.amr.join(', '),
        ]),
        'No active sessions.',
      ),
      part(
        'Outbox',
        ['To', 'Subject', 'Text', 'Code', 'When'],
        outbox.map((each) => [text(each.to), text(each.subject), text(each.text), h('code', each.code), fromNow(each.at, now)]),
        'No messages. What PingOne would send by e-mail or SMS appears here.',
      ),
      usersAndApplications(environment),
    );
  }
  tools.append(button('Refresh', draw));
  await draw();
}

show(state);
