/** The external identity providers of an environment: another environment, or a page on which a person says who they are. */
import { h } from './dom.js';
import { askedButton, bodyOf, callButton, callForm, choice, text } from './forms.js';
import { read } from './management.js';
import { chip } from './state-page.js';

/** Who may play a provider, as the control API names them. */
const players = [
  ['itself', 'its own addresses'],
  ['someone-else', 'Someone else: a page of the mock'],
  ['real', 'the real service'],
];

const writable = ({ _links, _embedded, id, environment, createdAt, updatedAt, ...members }) => members;

function row(place, page, { id, name, type, enabled, offered, playedBy, issuer }, environments) {
  const partner = environments.find((each) => issuer?.includes(each.id));
  const player = playedBy ?? 'itself';
  const path = `identityProviders/${id}`;
  return h(
    'li.device',
    h(
      'div.row',
      h('b', h('bdi', name)),
      chip(type),
      chip(enabled ? 'enabled' : 'DISABLED', enabled ? 'good' : 'bad'),
      chip(offered ? 'on the sign-on page' : 'on no sign-on page'),
    ),
    h(
      'p.muted',
      'Played by ',
      playedBy === 'someone-else'
        ? 'Someone else, a page of the mock'
        : playedBy
          ? h('bdi', playedBy)
          : partner
            ? h('bdi', `the environment ${partner.name}`)
            : h('bdi', issuer ?? type),
      '.',
    ),
    h(
      'details',
      h('summary', `Change ${name}`),
      h(
        'div.stack',
        callForm(page, place, {
          id: `player-${id}`,
          submit: 'Set who plays it',
          clear: false,
          fields: [
            choice('Played by', 'playedBy', players.some(([value]) => value === player) ? players : [...players, [player]], {
              value: player,
            }),
          ],
          requests: (body) => ({ api: 'control', method: 'PUT', path: `identity-providers/${id}/player`, body }),
        }),
        h(
          'div.row',
          callButton(
            page,
            place,
            enabled ? 'Disable' : 'Enable',
            async () => ({ method: 'PUT', path, body: { ...writable(await read(page.environment, path)), enabled: !enabled } }),
            { 'aria-label': `${enabled ? 'Disable' : 'Enable'} ${name}` },
          ),
          askedButton(page, place, 'Delete identity provider', `Delete ${name}?`, () => ({ method: 'DELETE', path }), {
            note: 'The accounts that are linked to it are unlinked.',
          }),
        ),
      ),
    ),
  );
}

/** The list of providers, and the forms that create one. */
export function providersPanel(place, page, { id: own, identityProviders }, environments) {
  const others = environments.filter(({ id }) => id !== own);
  const path = 'identity-providers';
  const create = (body) => ({ api: 'control', method: 'POST', path, body });
  return [
    identityProviders.length === 0
      ? h('p.muted', 'None: people sign on with their accounts in this environment.')
      : h(
          'ul.rows',
          identityProviders.map((each) => row(place, page, each, environments)),
        ),
    h(
      'div.row',
      callButton(page, place, 'Add “Someone else”', () => create({ from: 'someone-else' })),
      others.slice(0, 6).map(({ id, name }) =>
        callButton(page, place, `Sign on with ${name}`, () => create({ from: id }), {
          title: `Make ${name} (${id}) an identity provider of this environment`,
        }),
      ),
    ),
    others.length > 0 &&
      h(
        'details',
        h('summary', 'Use another name, or hide it from the sign-on page'),
        callForm(page, place, {
          id: 'provider',
          submit: 'Add identity provider',
          fields: [
            choice('From', 'from', [
              ...others.map(({ id, name }) => [id, `${name} (${id.slice(0, 8)})`]),
              ['someone-else', 'Someone else'],
            ]),
            text('Name', 'name', { maxLength: 256, placeholder: 'that of the environment' }),
            choice('Sign-on page', 'offered', [
              ['yes', 'has a button for it'],
              ['no', 'does not show it'],
            ]),
          ],
          requests: ({ offered, ...values }) => create({ ...bodyOf(values), offered: offered === 'yes' }),
        }),
      ),
  ];
}
