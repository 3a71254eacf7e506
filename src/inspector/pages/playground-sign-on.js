/** The playground's sign-on: who can sign on, the sign-on without redirects, and the response. */
import { announce, api, button, fill, h, inEnvironment, table } from './dom.js';
import { keep } from './playground-address.js';
import { answerView, noAnswer, reasonsOf, stepOf } from './playground-parts.js';
import { send } from './playground-request.js';
import { tokenView } from './token.js';

/** The users that can sign on, and the page on which a person signs on as anybody. */
export function whoSignsOn({ data }) {
  const { application, environment } = data;
  const place = h('div.play-who');
  const draw = () =>
    fill(
      place,
      h('h3', 'Who signs on'),
      environment.users.length > 0 &&
        h(
          'p.muted',
          'Test users: ',
          environment.users
            .slice(0, 4)
            .map(({ username, password }, at) => [
              at > 0 && ', ',
              h('bdi', username),
              password !== undefined && [' with ', h('code', password)],
            ]),
          '.',
        ),
      application.someoneElse !== undefined
        ? h('p.muted', 'Or anybody: choose ', h('b', h('bdi', application.someoneElse)), ' on the sign-on page, and type a name.')
        : h(
            'p.row',
            button('Offer “Someone Else”', async () => {
              const { name } = await api.send('POST', inEnvironment(environment.id, 'someone-else'), { application: application.id });
              application.someoneElse = name;
              draw();
              announce('Offered on the sign-on page');
            }),
            h('small.muted', 'adds a button to the sign-on page that lets you sign on as anyone'),
          ),
    );
  draw();
  return place;
}

/** The sign-on without redirects (`pi.flow`): the flow as JSON, a name and a password, and the code as JSON. */
export async function startFlow(play, request, place) {
  const { session } = play;
  const showFlow = (answer) => {
    answerView(place, answer);
    const { _links: links, authorizeResponse, resumeUrl, status } = answer.body;
    if (authorizeResponse) {
      session.answer = authorizeResponse;
      keep(session);
      return play.arrived();
    }
    if (status === 'COMPLETED' && resumeUrl) return void call({ method: 'GET', url: resumeUrl, pairs: [] });
    const check = links?.['usernamePassword.check']?.href;
    if (check === undefined) return;
    const [name, password] = ['Username', 'Password'].map((label) =>
      h('input', { 'aria-label': label, placeholder: label, autocomplete: 'off' }),
    );
    place.append(
      h(
        'p.row',
        name,
        password,
        button('Check the password', () =>
          call({
            method: 'POST',
            url: check,
            pairs: [],
            headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
            json: JSON.stringify({ username: name.value, password: password.value }),
          }),
        ),
      ),
    );
  };
  const call = async (each) => {
    try {
      const answer = await send(each);
      if (each.browser !== undefined) {
        const wanted = { correlation: answer.correlation };
        play.expect('authorize', wanted);
        play.expect('callback', wanted);
      }
      showFlow(answer);
    } catch (error) {
      noAnswer(place, error);
    }
  };
  await call({ ...request, browser: false });
}

/** The response: its parameters, the state that was sent beside the one received, and the tokens that passed through the browser. */
export function callbackStep(play) {
  const { session, reasons } = play;
  const place = reasonsOf('the sign-on');
  reasons.set('callback', place);
  const held = h('div.play-body');
  const pasted = h('input.code', { id: 'play-pasted', spellcheck: false, autocomplete: 'off', placeholder: 'https://…?code=…' });
  const draw = () => {
    const { answer, sent } = session;
    if (!answer) return fill(held, h('p.muted', 'The browser has not come back yet.'));
    const { code, state, error, error_description: description, id_token: idToken, access_token: accessToken } = answer;
    const [tone, text] =
      sent?.state === state
        ? ['good', state === undefined ? '– No state was sent, and none was returned.' : '✓ The state is the one that was sent.']
        : ['bad', '✗ The state is not the one that was sent: an application must stop here.'];
    fill(
      held,
      error !== undefined && h('p.outcome.bad', h('b', `✗ ${error}`), description && `: ${description}`),
      code !== undefined && h('p.outcome.good', h('b', '✓ The application has a code.'), ' It works once: send the token request.'),
      h(`p.${tone}`, h('b', text)),
      table(
        ['Parameter', 'Value'],
        Object.entries(answer).map(([name, value]) => [h('code', name), h('code.value', value)]),
      ),
      idToken && tokenView('ID token', idToken),
      accessToken && tokenView('Access token', accessToken),
    );
  };
  play.drawAnswer = draw;
  play.arrived = () => {
    draw();
    play.changed();
    document.getElementById('play-step-4')?.focus();
  };
  draw();
  return stepOf(
    4,
    'The sign-on and the callback',
    [
      held,
      h(
        'details',
        h('summary', 'The browser ended at another address?'),
        h(
          'div.row',
          h('label', { htmlFor: 'play-pasted' }, 'Paste it here'),
          pasted,
          button('Read it', () => {
            const text = pasted.value.trim();
            const query = text.slice(Math.max(text.indexOf('?'), text.indexOf('#')) + 1);
            session.answer = Object.fromEntries(new URLSearchParams(query));
            play.arrived();
          }),
        ),
      ),
    ],
    place,
  );
}
