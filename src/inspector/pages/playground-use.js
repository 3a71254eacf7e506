/** What can be done with the tokens in the playground. */
import { button, fill, h } from './dom.js';
import { keep } from './playground-address.js';
import { answerView, codeView, noAnswer, parameterField, reasonsOf, shownTokens, stepOf } from './playground-parts.js';
import { credentials, send } from './playground-request.js';
import { decode, tokenView } from './token.js';

/** The server's time: a test may have changed its clock. */
const nowOf = ({ id_token: idToken, access_token: accessToken }) => {
  const at = [idToken, accessToken].map((token) => (token ? decode(token)?.payload.iat : undefined)).find(Number.isFinite);
  return at === undefined ? undefined : at * 1000;
};

/** One request with the tokens: its fields, its code, its answer, and the server's reasons. */
function callOf(play, { place: name, title, text, label, inputs, build, isOpen, onAnswer, also }) {
  const place = reasonsOf(title.toLowerCase());
  play.reasons.set(name, place);
  const typed = new Map();
  const shownIn = (input) => typed.get(input.name) ?? input.value() ?? '';
  const fields = inputs.map((input) => {
    const element = parameterField({ name: input.name, meaning: input.meaning, values: input.values?.() }, (value) => {
      typed.set(input.name, value);
      play.changed();
    });
    play.listeners.push(() => element.show(shownIn(input)));
    return element;
  });
  const values = () => Object.fromEntries(inputs.map((input) => [input.name, shownIn(input)]));
  const request = async () => {
    const proof = isOpen ? { pairs: [] } : await credentials(play.identity());
    return { ...play.client(), ...(await build(values(), proof)) };
  };
  const answer = h('div.play-answer');
  const submit = button(label, async () => {
    try {
      const got = await send(await request());
      if (onAnswer) onAnswer(got, answer, typed);
      else answerView(answer, got);
      place.said = 'The server keeps no checks of this endpoint. Its answer says all.';
      play.expect(name, got.correlation === undefined ? { endpoint: 'signoff', state: values().state } : { correlation: got.correlation });
      play.changed();
    } catch (error) {
      noAnswer(answer, error);
    }
  });
  return h(
    'section.play-call.with-reasons',
    { 'aria-label': title },
    h(
      'div.play-body',
      h('h3', title),
      h('p.muted', text),
      h('div.play-fields', fields),
      h('div.row', submit, also?.(values)),
      answer,
      codeView(request),
    ),
    place,
  );
}

const filled = (values) => Object.entries(values).filter(([, value]) => value !== '');

export function useStep(play) {
  const { session, issuer, data } = play;
  const tokens = () => ({ ...session.answer, ...session.tokens });
  const list = () => Object.keys(shownTokens).flatMap((name) => tokens()[name] ?? []);
  const form =
    (path, kind) =>
    (values, { basic, pairs }) => ({
      method: 'POST',
      url: `${issuer}/${path}`,
      basic,
      pairs: [...pairs, ...filled(values)],
      call: { kind, token: values.token },
    });
  const calls = [
    {
      place: 'refresh',
      title: 'Refresh',
      text: 'New tokens for the refresh token. The old one is spent.',
      label: 'Refresh the tokens',
      inputs: [
        {
          name: 'refresh_token',
          meaning: 'The refresh token. Applications with the grant REFRESH_TOKEN get one.',
          value: () => tokens().refresh_token,
        },
        { name: 'scope', meaning: 'Fewer scopes than before; empty for the same.', value: () => '' },
      ],
      build: ({ refresh_token: token, scope }, { basic, pairs }) => ({
        method: 'POST',
        url: `${issuer}/token`,
        basic,
        pairs: [['grant_type', 'refresh_token'], ...pairs, ...filled({ refresh_token: token, scope })],
        call: { kind: 'refresh', token, pairs: filled({ scope }) },
      }),
      onAnswer(got, answer, typed) {
        answerView(answer, got);
        const fresh = Object.keys(shownTokens).filter((name) => typeof got.body[name] === 'string');
        if (fresh.length === 0) return;
        session.tokens = { ...session.tokens, ...Object.fromEntries(fresh.map((name) => [name, got.body[name]])) };
        typed.clear();
        keep(session);
      },
    },
    {
      place: 'userinfo',
      title: 'Userinfo',
      text: 'The claims of the user that the access token’s scopes allow.',
      label: 'Ask for the claims',
      inputs: [{ name: 'access_token', meaning: 'Sent in the header: authorization: Bearer …', value: () => tokens().access_token }],
      isOpen: true,
      build: ({ access_token: token }) => ({
        method: 'GET',
        url: `${issuer}/userinfo`,
        bearer: token,
        pairs: [],
        call: { kind: 'userinfo', token },
      }),
    },
    {
      place: 'introspect',
      title: 'Introspect',
      text: 'Whether a token is active, and what it allows.',
      label: 'Introspect the token',
      inputs: [
        { name: 'token', meaning: 'An access token, a refresh token or an ID token.', value: () => tokens().access_token, values: list },
        {
          name: 'token_type_hint',
          meaning: 'What kind it is, to save the server a search.',
          value: () => '',
          values: () => ['access_token', 'refresh_token'],
        },
      ],
      build: form('introspect', 'introspect'),
    },
    {
      place: 'revoke',
      title: 'Revoke',
      text: 'Ends a token. The answer is the same whether or not that had an effect; the server’s decision shows which.',
      label: 'Revoke the token',
      inputs: [
        {
          name: 'token',
          meaning: 'A refresh token, or an access token of a custom resource.',
          value: () => tokens().refresh_token ?? tokens().access_token,
          values: list,
        },
        {
          name: 'token_type_hint',
          meaning: 'What kind it is, to save the server a search.',
          value: () => '',
          values: () => ['access_token', 'refresh_token'],
        },
      ],
      build: form('revoke', 'revoke'),
    },
    {
      place: 'signoff',
      title: 'Sign off',
      text: 'Ends the session of this browser.',
      label: 'Sign off here',
      inputs: [
        { name: 'id_token_hint', meaning: 'The ID token: whose session it is.', value: () => tokens().id_token },
        {
          name: 'post_logout_redirect_uri',
          meaning: 'Where the browser goes afterwards. The application must have registered it.',
          value: () => '',
          values: () => data.application.postLogoutRedirectUris,
        },
        {
          name: 'state',
          meaning: 'Comes back as it was sent.',
          value: () => (session.signOffState ??= crypto.getRandomValues(new Uint32Array(2)).join('-')),
        },
      ],
      isOpen: true,
      build: (values) => ({
        method: 'GET',
        url: `${issuer}/signoff`,
        pairs: filled(values),
        browser: true,
        call: { kind: 'signoff', pairs: filled(values) },
      }),
      onAnswer: (_got, answer) =>
        fill(answer, h('p', 'The server answered with a redirect, which this page does not follow. Its decision shows the result.')),
      also: (values) =>
        button('Sign off in the browser', () => location.assign(`${issuer}/signoff?${new URLSearchParams(filled(values()))}`)),
    },
  ];
  const decoded = h('div.tokens');
  const use = h('details.play-use', h('summary', 'Refresh, userinfo, introspect, revoke, sign off'));
  let drawn;
  play.listeners.push(() => {
    const version = JSON.stringify(session.tokens);
    if (version === drawn) return;
    drawn = version;
    const got = session.tokens ?? {};
    use.open ||= session.tokens !== undefined;
    fill(
      decoded,
      Object.entries(shownTokens).map(
        ([name, title]) =>
          got[name] &&
          h('details', { open: name === 'id_token' }, h('summary', `${title}, decoded`), tokenView(title, got[name], nowOf(got))),
      ),
      !session.tokens && h('p.muted', 'The tokens appear here, decoded.'),
    );
  });
  use.append(...calls.map((call) => callOf(play, call)));
  return stepOf(6, 'The tokens, and what to do with them', [decoded, use]);
}
