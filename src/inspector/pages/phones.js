/** Plays the phones: the push requests that wait, each to be approved or denied, with its number where numbers have to match. */
import { perform } from './calls.js';
import { announce, api, button, fill, h, inEnvironment, keyed } from './dom.js';

/** How often to ask for new ones while the page is visible, in milliseconds. */
const pause = 1500;

function request(page, place, look, { id, user, device, number, choices }) {
  const answer = (body) => async () => {
    await perform(place, page, { api: 'control', method: 'POST', path: `push-requests/${id}`, body });
    await look();
  };
  return h(
    'li.push',
    h('p', h('b', h('bdi', user.username)), ' is asked on ', h('bdi', device.nickname ?? 'a phone')),
    h(
      'div.row',
      choices?.length
        ? [
            h('span', 'Which number does the page show?'),
            choices.map((each) =>
              button(each, answer({ approve: true, number: each }), { 'aria-label': `Approve with ${each} for ${user.username}` }),
            ),
          ]
        : button('Approve', answer({ approve: true }), { 'aria-label': `Approve for ${user.username}` }),
      button('Deny', answer({ approve: false }), { 'aria-label': `Deny for ${user.username}` }),
    ),
    number !== undefined && !page.secretsHidden && h('small.muted', `The page shows ${number}.`),
  );
}

/** The waiting push requests of an environment, or of one of its users. It keeps itself up to date. */
export function phones(page, userId) {
  const nothing = h('p.muted', 'No push request waits.');
  const list = h('ul.rows');
  const place = h('div.calls');
  let known = '';
  const look = async () => {
    const { requests } = await api.get(inEnvironment(page.environment, 'push-requests'));
    const mine = requests.filter(({ user }) => userId === undefined || user.id === userId);
    nothing.hidden = mine.length > 0;
    keyed(
      list,
      mine,
      ({ id }) => id,
      (each) => request(page, place, look, each),
      ({ id }) => id,
    );
    const ids = mine.map(({ id }) => id).join();
    if (ids !== known && mine.length > 0) announce(`${mine.length} push request${mine.length === 1 ? '' : 's'} waiting`);
    known = ids;
  };
  const shown = h('div.stack', nothing, list, place);
  const again = async () => {
    if (shown.isConnected && document.visibilityState === 'visible') await look().catch(() => fill(list));
    setTimeout(again, pause);
  };
  setTimeout(again);
  return shown;
}
