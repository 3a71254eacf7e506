/** The state of an environment: users, applications, groups, identity providers, phones, messages, sessions. */
import { usersAndApplications } from './cards.js';
import { api, asMoment, button, field, fill, fromNow, h, keyed, panel, parameters, refill, scroll, show, table } from './dom.js';
import { askedButton } from './forms.js';
import { phones } from './phones.js';
import { providersPanel } from './providers.js';
import { stateUrl } from './state-page.js';

const part = (title, names, rows, nothing) =>
  panel([title, ' ', h('small.muted', rows.length)], rows.length === 0 ? h('p.muted', nothing) : scroll(title, table(names, rows)));

const text = (value) => value && h('bdi', value);

/** The screens of single items, loaded on demand, by the parameter that names the item. */
const screens = {
  user: async (...given) => (await import('./state-user.js')).userScreen(...given),
  application: async (...given) => (await import('./state-application.js')).applicationScreen(...given),
  group: async (...given) => (await import('./state-group.js')).groupScreen(...given),
  new: async (...given) => (await import('./state-new.js')).newThing(...given),
};

const stateOf = (id) => api.get(id ? `state?environment=${encodeURIComponent(id)}` : 'state');

const groupList = ({ id: environment, groups }) =>
  panel(
    ['Groups', ' ', h('small.muted', groups.length)],
    groups.length === 0
      ? h('p.muted', 'None.')
      : h(
          'ul.rows',
          groups.map(({ id, name, userFilter }) =>
            h('li', h('a', { href: stateUrl(environment, { group: id }) }, h('bdi', name)), userFilter && h('span.chip', 'dynamic')),
          ),
        ),
  );

/** DaVinci's flow policies, if there are any. They come from seeds; an application's own screen assigns them. */
const flowPolicyList = ({ flowPolicies }) =>
  flowPolicies.length > 0 &&
  panel(
    ['Flow policies', ' ', h('small.muted', flowPolicies.length)],
    h('p.muted', 'Flows of DaVinci. An application uses them once they are assigned to it: open the application.'),
    h(
      'ul.rows',
      flowPolicies.map(({ name, enabled, preset }) =>
        h('li', h('bdi', name), h('span.row', preset && h('span.chip', preset), h('span.chip', enabled ? 'enabled' : 'DISABLED'))),
      ),
    ),
  );

async function list(main, tools) {
  const time = h('time');
  const choice = h('select', {
    id: 'environment',
    onchange: () => {
      chosen = choice.value;
      history.replaceState(null, '', `?${new URLSearchParams({ environment: chosen })}`);
      fill(calls);
      void draw();
    },
  });
  const held = h('div.stack');
  const [actions, calls, providers, providerCalls] = [h('div.row'), h('div.calls'), h('div.stack'), h('div.calls')];
  const page = { refresh: () => draw() };
  const providerPanel = panel('Identity providers', providers, providerCalls);
  const phonePanel = panel('Phones', h('p.muted', 'Play the phone: approve or deny what a sign-on asks for.'), phones(page));
  main.append(
    h(
      'div.page',
      h('h1', 'State'),
      h('p.lead', 'What the environment holds right now. Its clock reads ', time, '.'),
      h('div.row.over', h('div.short', field('Environment', choice)), actions),
      calls,
      held,
    ),
  );
  let chosen = parameters.get('environment');
  let turn = 0;
  async function draw() {
    const mine = ++turn;
    let problem;
    const { environments, environment, secretsHidden } = await stateOf(chosen).catch(({ message }) => {
      problem = message;
      return stateOf();
    });
    if (mine !== turn) return;
    if (!environment) return fill(held, h('p.problem', 'This server has no environment: reset it, or create one.'));
    if (page.environment !== environment.id) fill(providerCalls);
    Object.assign(page, { environment: environment.id, secretsHidden });
    keyed(
      choice,
      environments,
      ({ id }) => id,
      ({ id, name }) => h('option', { value: id }, `${name} (${id.slice(0, 8)})`),
    );
    choice.value = environment.id;
    const { sessions, outbox, now } = environment;
    fill(time, asMoment(now));
    refill(
      actions,
      ['user', 'application', 'group'].map((what) => h('a.quiet', { href: stateUrl(environment.id, { new: what }) }, `New ${what}`)),
      askedButton(
        page,
        calls,
        'Reset this environment',
        `Reset ${environment.name} to its seed?`,
        () => ({ api: 'control', method: 'POST', path: 'reset', body: {} }),
        {
          note: 'What was created in it since the start is deleted, and its clock returns to real time. Other environments stay as they are.',
        },
      ),
    );
    refill(providers, providersPanel(providerCalls, page, environment, environments));
    refill(
      held,
      problem && h('p.problem', problem),
      usersAndApplications(environment),
      h('div.columns', groupList(environment), phonePanel),
      providerPanel,
      flowPolicyList(environment),
      part(
        'Outbox',
        ['To', 'Subject', 'Text', 'Code', 'When'],
        outbox.map((each) => [text(each.to), text(each.subject), text(each.text), h('code', each.code), fromNow(each.at, now)]),
        'No messages. What PingOne would send by e-mail or SMS appears here.',
      ),
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
    );
  }
  tools.append(button('Refresh', draw));
  await draw();
}

async function state(main, tools) {
  const of = Object.keys(screens).find((name) => parameters.has(name));
  if (!of) return list(main, tools);
  const { environment, secretsHidden } = await stateOf(parameters.get('environment'));
  const page = { environment: environment.id, name: environment.name, secretsHidden };
  tools.append(button('Refresh', () => page.refresh?.()));
  return screens[of](main, page, parameters.get(of));
}

show(state);
