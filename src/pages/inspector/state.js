/** What an environment holds: sessions, messages, users, applications. */
import { api, button, fill, fromNow, h, parameters, show } from './dom.js';

const table = (title, id, names, rows, nothing) =>
  h(
    'div.panel',
    h('h2', { id }, title, ' ', h('small.muted', String(rows.length))),
    rows.length === 0
      ? h('p.muted', nothing)
      : h(
          'div.scroll',
          { tabIndex: 0, role: 'region', 'aria-labelledby': id },
          h(
            'table',
            h(
              'thead',
              h(
                'tr',
                names.map((name) => h('th', { scope: 'col' }, name)),
              ),
            ),
            h(
              'tbody',
              rows.map((cells) =>
                h(
                  'tr',
                  cells.map((cell) => h('td', cell)),
                ),
              ),
            ),
          ),
        ),
  );

const code = (value) => value !== undefined && h('code', value);

await show(async (main, tools) => {
  const page = h('div.page');
  main.append(page);
  let chosen = parameters.get('environment') ?? undefined;
  async function draw() {
    const { environments, environment } = await api.get(`state${chosen ? `?environment=${encodeURIComponent(chosen)}` : ''}`);
    const choice = h(
      'select',
      {
        id: 'environment',
        onchange: () => {
          chosen = choice.value;
          history.replaceState(null, '', `?${new URLSearchParams({ environment: chosen })}`);
          void draw();
        },
      },
      environments.map(({ id, name }) => h('option', { value: id, selected: id === environment.id }, `${name} (${id.slice(0, 8)})`)),
    );
    const { users, applications, sessions, outbox, now } = environment;
    fill(
      page,
      h('h1', 'State'),
      h(
        'p.lead',
        'What the environment holds right now. Its clock says ',
        h('time', new Date(now).toLocaleString(undefined, { hour12: false })),
        '.',
      ),
      h('div.field.short', h('label', { htmlFor: 'environment' }, 'Environment'), choice),
      table(
        'Sessions',
        'sessions',
        ['User', 'Signed on', 'Last active', 'Ends', 'Policy', 'By'],
        sessions.map((each) => [
          h('bdi', each.username ?? 'gone'),
          fromNow(each.createdAt, now),
          fromNow(each.activeAt, now),
          fromNow(each.expiresAt, now),
          each.acr,
          each.amr.join(', '),
        ]),
        'Nobody is signed on.',
      ),
      table(
        'Outbox',
        'outbox',
        ['To', 'Subject', 'Text', 'Code', 'When'],
        outbox.map((each) => [h('bdi', each.to), h('bdi', each.subject), h('bdi', each.text), code(each.code), fromNow(each.at, now)]),
        'No message was sent. What PingOne would send by e-mail or SMS appears here.',
      ),
      table(
        'Users',
        'users',
        ['User name', 'Name', 'E-mail', 'Password', 'State', 'Id'],
        users.map((each) => [
          h('bdi', each.username),
          each.name && h('bdi', each.name),
          each.email && h('bdi', each.email),
          code(each.password),
          each.enabled ? each.status : 'DISABLED',
          code(each.id),
        ]),
        'There is no user.',
      ),
      table(
        'Applications',
        'applications',
        ['Name', 'Type', 'PKCE', 'Client authentication', 'Redirect URIs', 'Id'],
        applications.map((each) => [
          h('bdi', each.name),
          each.type,
          each.pkceEnforcement,
          [each.tokenEndpointAuthMethod, each.secret && [h('br'), code(each.secret)]],
          (each.redirectUris ?? []).map((uri) => h('div', h('bdi', uri))),
          code(each.id),
        ]),
        'There is no application.',
      ),
    );
  }
  tools.append(button('Refresh', draw));
  await draw();
});
