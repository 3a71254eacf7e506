/** The playground's token request. */
import { button, h, solid } from './dom.js';
import { keep } from './playground-address.js';
import { answerView, codeView, noAnswer, parameterField, reasonsOf, shownTokens, stepOf } from './playground-parts.js';
import { credentials, send } from './playground-request.js';

/** The parameters of a code's token request; the others are folded. */
const first = ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id', 'client_secret'];

/** The unedited token request: the values from the sign-on, and the client's credentials. */
async function defaultsOf(play) {
  const { run, session } = play;
  const { basic, pairs } = await credentials(play.identity());
  const own = Object.entries({
    grant_type: 'authorization_code',
    code: session.answer?.code,
    redirect_uri: run.authorize.get('redirect_uri'),
    code_verifier: run.verifier,
  }).filter(([, value]) => value);
  return { basic, pairs: new Map([...own, ...pairs]) };
}

const clientParameters = /^client_(id|secret|assertion(_type)?)$/;

async function buildToken(play) {
  const { run, session, issuer } = play;
  const { basic, pairs } = await defaultsOf(play);
  const isEdited = run.token.size > 0;
  for (const [name, value] of run.token)
    if (value === '') pairs.delete(name);
    else pairs.set(name, value);
  const sent = [...pairs];
  const { response_type: type, nonce, redirect_uri: redirectUri } = Object.fromEntries(run.authorize);
  const { answer, sent: asked } = session;
  const isPlainCode = !isEdited && type === 'code' && answer?.code !== undefined && redirectUri !== undefined;
  return {
    method: 'POST',
    url: `${issuer}/token`,
    pairs: sent,
    basic,
    ...play.client(),
    call: isPlainCode
      ? {
          kind: 'code',
          callback: `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams(answer)}`,
          verifier: run.verifier,
          state: asked?.state,
          nonce,
        }
      : {
          kind: 'grant',
          grant: pairs.get('grant_type') ?? '',
          pairs: sent.filter(([name]) => name !== 'grant_type' && !clientParameters.test(name)),
        },
  };
}

export function tokenStep(play) {
  const { run, session, tables, reasons } = play;
  const place = reasonsOf('the token request');
  reasons.set('token', place);
  const answer = h('div.play-answer');
  const all = new Map();
  const fieldOf = (parameter) => {
    const element = parameterField(parameter, (value) => {
      run.token.set(parameter.name, value);
      play.changed();
    });
    all.set(parameter.name, element);
    return element;
  };
  const byName = (name) => tables.token.find((each) => each.name === name);
  const rest = tables.token.filter(({ name }) => !first.includes(name));
  const undo = button('Undo the edits', () => {
    run.token.clear();
    play.changed();
  });
  let turn = 0;
  play.listeners.push(async () => {
    const mine = ++turn;
    const { pairs } = await defaultsOf(play).catch(() => ({ pairs: new Map() }));
    if (mine !== turn) return;
    undo.hidden = run.token.size === 0;
    for (const [name, element] of all) {
      // Each request gets a new assertion.
      const made = name === 'client_assertion' ? '' : pairs.get(name);
      element.show(run.token.get(name) ?? made);
    }
  });
  const submit = solid('Send the token request', async () => {
    try {
      const got = await send(await buildToken(play));
      answerView(answer, got);
      const tokens = Object.keys(shownTokens).filter((name) => typeof got.body[name] === 'string');
      if (tokens.length > 0) {
        session.tokens = Object.fromEntries(tokens.map((name) => [name, got.body[name]]));
        keep(session);
      }
      play.expect('token', { correlation: got.correlation });
      play.changed();
    } catch (error) {
      noAnswer(answer, error);
    }
  });
  return stepOf(
    5,
    'The token request',
    [
      h(
        'div.play-fields',
        first.map((name) => fieldOf(byName(name))),
      ),
      h(
        'details',
        { open: rest.some(({ name }) => run.token.has(name)) },
        h('summary', `More parameters (${rest.length})`),
        h('div.play-fields', rest.map(fieldOf)),
      ),
      h('div.row', submit, undo),
      answer,
      codeView(() => buildToken(play)),
    ],
    place,
  );
}
