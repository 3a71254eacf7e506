/** One group and its members. */
import { h } from './dom.js';
import { askedButton, callButton, callForm, text } from './forms.js';
import { listOf, read } from './management.js';
import { back, chip, facts, panels, stateUrl } from './state-page.js';

const shown = 100;

/** A text within a filter of PingOne. */
const quoted = (value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const usersBy = (filter) => `users?${new URLSearchParams({ filter, limit: String(shown) })}`;

export async function groupScreen(main, page, id) {
  const path = `groups/${encodeURIComponent(id)}`;
  let group;
  let members;
  page.load = async () => {
    group = await read(page.environment, `${path}?include=totalMemberCounts`);
    members = await listOf(page.environment, usersBy(`memberOfGroups[id eq ${quoted(group.id)}]`), 'users');
  };

  const head = () => [back(page.environment, page.name), h('h1', h('bdi', group.name)), group.userFilter && h('p.row', chip('dynamic'))];

  const about = (place) => [
    facts([
      ['Id', group.id],
      ['Description', group.description],
      ['Filter', group.userFilter],
    ]),
    h(
      'div.row',
      askedButton(page, place, 'Delete group', `Delete ${group.name}?`, () => ({ method: 'DELETE', path }), {
        note: 'Its members stay: they only leave the group.',
        after: () => location.assign(stateUrl(page.environment)),
      }),
    ),
  ];

  const inIt = (place) => {
    const form = callForm(page, place, {
      id: 'member',
      submit: 'Add member',
      fields: [text('Username', 'username', { maxLength: 128 })],
      // The call names the user by id.
      requests: async ({ username }) => {
        const [user] =
          username.trim() === '' ? [] : await listOf(page.environment, usersBy(`username eq ${quoted(username.trim())}`), 'users');
        if (user) return { method: 'POST', path: `users/${user.id}/memberOfGroups`, body: { id: group.id } };
        return { problems: [{ target: 'username', message: `There is no user “${username}” in this environment.` }] };
      },
    });
    return [
      members.length === 0
        ? h('p.muted', 'No members.')
        : h(
            'ul.rows',
            members.map((user) =>
              h(
                'li',
                h('a', { href: stateUrl(page.environment, { user: user.id }) }, h('bdi', user.username)),
                !group.userFilter &&
                  callButton(page, place, 'Remove', () => ({ method: 'DELETE', path: `users/${user.id}/memberOfGroups/${group.id}` }), {
                    'aria-label': `Remove ${user.username}`,
                  }),
              ),
            ),
          ),
      members.length === shown && h('p.muted', `The first ${shown} are shown.`),
      group.userFilter ? h('p.muted', 'Its filter decides who is in it.') : form,
    ];
  };

  await panels(main, page, head, [
    ['Group', about],
    ['Members', inIt],
  ]);
}
