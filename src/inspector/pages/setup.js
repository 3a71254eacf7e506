/** Setup: everything that an application needs to use this server, ready to copy. */
import { usersAndApplications } from './cards.js';
import { announce, api, button, copyButton, field, fill, h, inEnvironment, panel, root, select, show, solid } from './dom.js';
import { settings, settingsFor } from './settings.js';
import { confirmReset, tryIt } from './try.js';

const steps = ['makes a secret, the verifier', 'shows only its hash, the challenge', 'sends the verifier with the code: no one else can'];

const line = (name, value, ...rest) =>
  h('div.line-of', h('dt', name), h('dd', h('code', value), rest, copyButton('Copy', value, { 'aria-label': `Copy ${name}` })));

/** The settings of one application for one client library. */
function settingsPanel(e) {
  const apps = e.applications.filter(({ redirectUris }) => redirectUris?.length);
  let [kind] = Object.keys(settings);
  const text = h('pre', { tabIndex: 0, 'aria-label': 'Settings' });
  const choice = select(
    { id: 'application', onchange: () => draw() },
    apps.map(({ id, name, type }) => [id, `${name} (${type})`]),
  );
  const tabs = h(
    'div.tabs',
    { role: 'group', 'aria-label': 'Client library' },
    Object.keys(settings).map((name) =>
      button(
        name,
        () => {
          kind = name;
          draw();
        },
        { look: 'tab' },
      ),
    ),
  );
  const unknown = h('div');
  function draw() {
    const app = apps.find(({ id }) => id === choice.value);
    if (!app) return;
    const textFor = (name) => settingsFor(name, e.issuer, app);
    if (!textFor(kind).fits) [kind] = Object.keys(settings);
    for (const tab of tabs.children) {
      tab.hidden = !textFor(tab.textContent).fits;
      tab.ariaPressed = String(tab.textContent === kind);
    }
    const { uri, missing, text: shown } = textFor(kind);
    text.textContent = shown;
    const register = async () => {
      const path = inEnvironment(e.id, `applications/${app.id}/redirect-uris`);
      app.redirectUris = (await api.send('POST', path, { redirect_uri: uri })).redirect_uris;
      draw();
      announce('Registered');
      // The button is gone: move the focus to the library.
      tabs.querySelector('[aria-pressed=true]').focus();
    };
    fill(
      unknown,
      missing && h('p.problem', `${kind} redirects to `, h('code', uri), ', which is not registered. ', button('Register it', register)),
    );
  }
  draw();
  const copy = copyButton('Copy settings', () => text.textContent);
  return panel('Settings for your application', h('div.short', field('Application', choice)), tabs, unknown, text, h('div.row', copy));
}

/** A name of a file, of letters that every system has. */
const fileName = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'environment';

/** What Postman imports: PingOne's PKCE workflow as a collection, and the variables that it needs for an environment. */
function postmanPanel({ id }, environments) {
  const file = h('a.quiet', 'Environment file');
  const choice = select(
    { id: 'postman-environment', onchange: () => aim() },
    environments.map((each) => [each.id, `${each.name} (${each.id.slice(0, 8)})`]),
    id,
  );
  function aim() {
    const { name } = environments.find((each) => each.id === choice.value);
    file.href = new URL(`v1/${inEnvironment(choice.value, 'postman')}`, root);
    file.download = `pingone-mock-${fileName(name)}.postman_environment.json`;
  }
  aim();
  return panel(
    'Postman',
    h(
      'p.muted',
      'Import both files, and choose the environment in Postman. The variables have the names of PingOne’s own collections, so those run here too.',
    ),
    h('div.short', field('Environment', choice)),
    h(
      'div.row',
      file,
      h(
        'a.quiet',
        { href: new URL('assets/pkce.postman_collection.json', root), download: 'pingone-mock-pkce.postman_collection.json' },
        'Collection',
      ),
    ),
  );
}

async function setup(main) {
  const page = h('div.page');
  main.append(page);
  const { environment: e, environments, certificateAuthority, version } = await api.get('state');
  if (!e) return fill(page, h('h1', 'Setup'), h('p.problem', 'This server has no environment: reset it, or create one.'));
  const discovery = `${e.issuer}/.well-known/openid-configuration`;
  fill(
    page,
    h(
      'header.welcome',
      h(
        'div',
        h('h1', 'PingOne, on your own machine'),
        h('p.lead', 'Point your application at this server, sign on as a test user, and watch every decision. Nothing here is real.'),
        h(
          'div.row',
          solid('Try it', tryIt),
          h('a.quiet', { href: new URL('playground', root) }, 'Playground'),
          h('a.quiet', { href: new URL('live', root) }, 'Watch live'),
          h('a.quiet', { href: new URL('lab', root) }, 'Attack lab'),
        ),
      ),
      h(
        'ol.how',
        steps.map((each, at) => h('li', h('b', at + 1), ['Your app ', each])),
      ),
    ),
    panel(
      'The server',
      h(
        'dl.lines',
        line('Issuer', e.issuer),
        line('Discovery', discovery, h('a', { href: discovery }, 'open')),
        line('Environment id', e.id),
        line('Management API', `${new URL('../v1', root)}/environments/${e.id}`),
      ),
      h(
        'p.muted',
        `pingone-mock ${version}, ${environments.length} environment${environments.length === 1 ? '' : 's'}, live inspector `,
        h('span.good', '● on'),
      ),
      h(
        'div.row',
        certificateAuthority && h('a.quiet', { href: new URL('ca.pem', root), download: 'pingone-mock-ca.pem' }, 'Download CA'),
        h('a.quiet', { href: new URL('v1/openapi.json', root) }, 'Control API'),
        button('Reset', confirmReset),
      ),
    ),
    settingsPanel(e),
    postmanPanel(e, environments),
    // The state page lists all of them.
    usersAndApplications(e, 12),
  );
}

show(setup);
