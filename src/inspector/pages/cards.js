/** Users and applications, with buttons to copy their ids and secrets. */
import { copyButton, h, panel } from './dom.js';
import { stateUrl } from './state-page.js';

const copied = (what, value, of) =>
  h('span.row', h('small.muted', what), h('code', value), copyButton('Copy', value, { 'aria-label': `Copy the ${what} of ${of}` }));
const text = (value) => value && h('span.muted', h('bdi', value));

/** The name, which leads to the screen on which it is changed. */
const opening = (environment, kind, id, name) => h('b', h('a', { href: stateUrl(environment, { [kind]: id }) }, h('bdi', name)));

const list = (title, all, most, card) =>
  panel(
    [title, ' ', h('small.muted', all.length)],
    all.length === 0
      ? h('p.muted', 'None.')
      : h(
          'ul.cards',
          all.slice(0, most).map((each) => h('li', card(each))),
        ),
  );

/** At most this many of each. */
export const usersAndApplications = ({ id: environment, users, applications }, most) =>
  h(
    'div.columns',
    list('Users', users, most, ({ id, username, name, email, password, enabled, status }) => [
      opening(environment, 'user', id, username),
      text([name, email].filter(Boolean).join(' · ')),
      (!enabled || status !== 'OK') && h('span.row', h('span.chip', enabled ? status : 'DISABLED')),
      password !== undefined && copied('password', password, username),
      copied('id', id, username),
    ]),
    list(
      'Applications',
      applications,
      most,
      ({ id, name, type, enabled, pkceEnforcement, tokenEndpointAuthMethod, secret, redirectUris = [] }) => [
        opening(environment, 'application', id, name),
        h(
          'span.row',
          [!enabled && 'DISABLED', type, pkceEnforcement && `PKCE ${pkceEnforcement}`, tokenEndpointAuthMethod]
            .filter(Boolean)
            .map((each) => h('span.chip', each)),
        ),
        copied('id', id, name),
        secret !== undefined && copied('secret', secret, name),
        redirectUris.map(text),
      ],
    ),
  );
