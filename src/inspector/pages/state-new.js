/** New users, applications and groups. */
import { applicationTypes as types } from './application-types.js';
import { fill, h, select } from './dom.js';
import { bodyOf, callForm, choice, lines, text, tick } from './forms.js';
import { listOf } from './management.js';
import { back, stateUrl } from './state-page.js';

function newUser(page, place, populations) {
  const others = populations.length > 1;
  return callForm(page, place, {
    id: 'user',
    submit: 'Create user',
    fields: [
      text('Username', 'username', { required: true, maxLength: 128 }),
      text('E-mail', 'email', { inputMode: 'email', maxLength: 320 }),
      text('Given name', 'name.given', { maxLength: 256 }),
      text('Family name', 'name.family', { maxLength: 256 }),
      text('Password', 'password.value', { maxLength: 255, placeholder: 'none: no sign-on by password' }),
      tick('Has to change it at the first sign-on', 'password.forceChange'),
      others &&
        choice(
          'Population',
          'population.id',
          populations.map(({ id, name }) => [id, name]),
        ),
      tick('Uses a second factor (mfaEnabled)', 'mfaEnabled'),
    ].filter(Boolean),
    requests: (values) => {
      const body = bodyOf(values);
      if (!body.password?.value) delete body.password;
      // Only an import may carry the password.
      const type = body.password && 'application/vnd.pingidentity.user.import+json';
      return { method: 'POST', path: 'users', body: { username: '', ...body }, ...(type && { type }) };
    },
    after: ({ json }) => opened(page, place, 'user', json.id, json.username),
  });
}

function newApplication(page, place) {
  const uses = h('small.muted');
  const type = select(
    { id: 'application-type', name: 'type', onchange: () => describe() },
    Object.keys(types).map((each) => [each]),
  );
  const pkce = choice('PKCE', 'pkceEnforcement', [['OPTIONAL'], ['REQUIRED'], ['S256_REQUIRED']]);
  const redirects = lines('Redirect URIs, one on each line', 'redirectUris', { placeholder: 'http://localhost:3000/callback' });
  const link = text('Address of the page', 'homePageUrl', { placeholder: 'https://example.com/', maxLength: 2048 });
  const form = callForm(page, place, {
    id: 'application',
    submit: 'Create application',
    fields: [
      text('Name', 'name', { required: true, maxLength: 256 }),
      h('div.field', h('label', { htmlFor: type.id }, 'Type'), type, uses),
      redirects,
      pkce,
      link,
    ],
    requests: ({ type: wanted, ...values }) => {
      const { purpose: _, pkce: __, ...members } = types[wanted];
      const protocol = wanted === 'PORTAL_LINK_APP' ? 'EXTERNAL_LINK' : 'OPENID_CONNECT';
      return {
        method: 'POST',
        path: 'applications',
        body: { name: '', enabled: true, type: wanted, protocol, ...members, ...bodyOf(values) },
      };
    },
    after: ({ json }) => {
      describe();
      opened(page, place, 'application', json.id, json.name);
    },
  });
  /** Only the fields that the type has. */
  function describe() {
    const { purpose, grantTypes = [], pkce: proposed } = types[type.value];
    fill(uses, purpose);
    if (proposed) form.elements.pkceEnforcement.value = proposed;
    for (const [name, wanted] of [
      ['redirectUris', grantTypes.includes('AUTHORIZATION_CODE')],
      ['pkceEnforcement', proposed !== undefined],
      ['homePageUrl', type.value === 'PORTAL_LINK_APP'],
    ]) {
      const input = form.elements[name];
      input.disabled = !wanted;
      input.closest('.field').hidden = !wanted;
    }
  }
  describe();
  return form;
}

const newGroup = (page, place, populations) =>
  callForm(page, place, {
    id: 'group',
    submit: 'Create group',
    fields: [
      text('Name', 'name', { required: true, maxLength: 256 }),
      text('Description', 'description', { maxLength: 1024 }),
      choice('Of one population', 'population.id', [['', 'no: of all'], ...populations.map(({ id, name }) => [id, name])]),
    ],
    requests: (values) => ({ method: 'POST', path: 'groups', body: { name: '', ...bodyOf(values) } }),
    after: ({ json }) => opened(page, place, 'group', json.id, json.name),
  });

/** A link to the new item, below the call. */
const opened = ({ environment }, place, kind, id, name) =>
  place.append(h('p', h('a', { href: stateUrl(environment, { [kind]: id }) }, 'Open ', h('bdi', name)), ' to go on with it.'));

const forms = { user: newUser, application: newApplication, group: newGroup };

/** The screen that creates an item. */
export async function newThing(main, page, kind) {
  const make = forms[kind] ?? newUser;
  const what = make === newUser ? 'user' : kind;
  const populations = make === newApplication ? [] : await listOf(page.environment, 'populations?limit=100', 'populations');
  const place = h('div.calls');
  main.append(
    h(
      'div.page.narrow',
      back(page.environment, page.name),
      h('h1', `New ${what}`),
      h('section.panel', { 'aria-label': `New ${what}` }, make(page, place, populations), place),
    ),
  );
  document.getElementById(`${what}-${what === 'user' ? 'username' : 'name'}`).focus();
}
