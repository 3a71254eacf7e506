/** Users and applications, with buttons to copy their ids and secrets. */
import { copyButton, h, panel } from './dom.js';

const copied = (what, value, of) =>
  h('span.row', h('small.muted', what), h('code', value), copyButton('Copy', value, { 'aria-label': `Copy the ${what} of ${of}` }));
const text = (value) => value && h('span.muted', h('bdi', value));

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
export const usersAndApplications = ({ users, applications }, most) =>
  h(
    'div.columns',
    list('Users', users, most, ({ id, username, name, email, password, enabled, status }) => [
      h('b', h('bdi', username)),
      text([name, email].filter(Boolean).join(' · ')),
      (!enabled || status !== 'OK') && h('span.row', h('span.chip', enabled ? status : 'DISABLED')),
      password !== undefined && copied('password', password, username),
      copied('id', id, username),
    ]),
    list('Applications', applications, most, ({ id, name, type, pkceEnforcement, tokenEndpointAuthMethod, secret, redirectUris = [] }) => [
      h('b', h('bdi', name)),
      h(
        'span.row',
        [type, `PKCE ${pkceEnforcement}`, tokenEndpointAuthMethod].map((each) => h('span.chip', each)),
      ),
      copied('id', id, name),
      secret !== undefined && copied('secret', secret, name),
      redirectUris.map(text),
    ]),
  );
