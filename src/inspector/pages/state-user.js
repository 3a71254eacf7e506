/** One user: on or off, password, groups, devices. */
import { devicesPanel } from './devices.js';
import { h } from './dom.js';
import { askedButton, callButton, callForm, choice, text, tick } from './forms.js';
import { actionType, listOf, read } from './management.js';
import { back, chip, facts, panels, stateUrl } from './state-page.js';

const fullName = ({ name = {} }) => name.formatted ?? [name.given, name.family].filter(Boolean).join(' ');

export async function userScreen(main, page, id) {
  const path = `users/${encodeURIComponent(id)}`;
  let user;
  let memberships;
  let groups;
  page.load = async () => {
    user = await read(page.environment, path);
    [memberships, groups] = await Promise.all([
      listOf(page.environment, `${path}/memberOfGroups?limit=100`, 'groupMemberships'),
      listOf(page.environment, 'groups?limit=100', 'groups'),
    ]);
  };
  const set = (place, member, value, label) =>
    callButton(page, place, label, () => ({ method: 'PUT', path: `${path}/${member}`, body: { [member]: value } }));
  const act = (place, action, label) => callButton(page, place, label, () => ({ method: 'POST', path, type: actionType(action) }));

  const head = () => [
    back(page.environment, page.name),
    h('h1', h('bdi', user.username)),
    h(
      'p.row',
      chip(user.enabled ? 'enabled' : 'DISABLED', user.enabled ? 'good' : 'bad'),
      user.account?.status !== 'OK' && chip(`account ${user.account?.status}`, 'bad'),
      chip(user.mfaEnabled ? 'second factor on' : 'second factor off'),
    ),
  ];

  const about = (place) => [
    facts([
      ['Id', user.id],
      ['Name', fullName(user)],
      ['E-mail', user.email],
      ['Phone number', user.mobilePhone ?? user.primaryPhone],
      ['Identity provider', user.identityProvider?.type],
    ]),
    h(
      'div.row',
      set(place, 'enabled', !user.enabled, user.enabled ? 'Disable' : 'Enable'),
      user.account?.status === 'LOCKED'
        ? act(place, 'account.unlock', 'Unlock the account')
        : act(place, 'account.lock', 'Lock the account'),
      set(place, 'mfaEnabled', !user.mfaEnabled, user.mfaEnabled ? 'Turn the second factor off' : 'Turn the second factor on'),
      askedButton(page, place, 'Delete user', `Delete ${user.username}?`, () => ({ method: 'DELETE', path }), {
        after: () => location.assign(stateUrl(page.environment)),
      }),
    ),
  ];

  const password = (place) => [
    h('p.muted', 'Sets it as an administrator: you do not need the old one. The password policy applies.'),
    callForm(page, place, {
      id: 'password',
      submit: 'Set password',
      fields: [text('New password', 'value', { maxLength: 255 }), tick('Has to change it at the next sign-on', 'forceChange')],
      requests: ({ value, forceChange }) => ({
        method: 'PUT',
        path: `${path}/password`,
        type: actionType('password.set'),
        body: { value, ...(forceChange && { forceChange }) },
      }),
    }),
  ];

  const inGroups = (place) => {
    const mine = new Set(memberships.map((each) => each.id));
    const others = groups.filter((each) => !mine.has(each.id));
    return [
      memberships.length === 0
        ? h('p.muted', 'In no group.')
        : h(
            'ul.rows',
            memberships.map((each) =>
              h(
                'li',
                h('a', { href: stateUrl(page.environment, { group: each.id }) }, h('bdi', each.name ?? each.id)),
                each.type === 'DIRECT'
                  ? callButton(page, place, 'Remove', () => ({ method: 'DELETE', path: `${path}/memberOfGroups/${each.id}` }), {
                      'aria-label': `Remove from ${each.name ?? each.id}`,
                    })
                  : chip(each.type ?? ''),
              ),
            ),
          ),
      others.length > 0
        ? callForm(page, place, {
            id: 'join',
            submit: 'Add to group',
            fields: [
              choice(
                'Group',
                'id',
                others.map(({ id: group, name }) => [group, name]),
              ),
            ],
            requests: (body) => ({ method: 'POST', path: `${path}/memberOfGroups`, body }),
          })
        : h('p', h('a', { href: stateUrl(page.environment, { new: 'group' }) }, 'New group')),
    ];
  };

  await panels(main, page, head, [
    ['User', about],
    ['Password', password],
    ['Groups', inGroups],
    ['Devices', (place) => devicesPanel(place, page, user)],
  ]);
}
