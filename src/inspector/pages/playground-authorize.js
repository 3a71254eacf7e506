/** The playground's authorization request: its parameters, and the ways in which it is sent. */
import { announce, api, button, copyButton, fill, h, inEnvironment, select, solid } from './dom.js';
import { answerView, codeView, noAnswer, parameterField, reasonsOf, stepOf } from './playground-parts.js';
import { credentials, requestObject, send } from './playground-request.js';
import { startFlow, whoSignsOn } from './playground-sign-on.js';

/** In the order in which they are shown; all others are folded. */
const first = [
  'response_type',
  'scope',
  'redirect_uri',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'acr_values',
  'login_hint',
  'response_mode',
];
/** The fields of the pair are in a step of their own. */
const ofPair = ['code_challenge', 'code_challenge_method'];

const ways = { redirect: 'Through the browser', par: 'Pushed first (PAR)', object: 'In a request object (JWT)' };

/** The parameters that are sent, with the client. */
const pairsOf = ({ run, data }) => [
  ['client_id', run.authorize.get('client_id') ?? data.application.id],
  ...[...run.authorize].filter(([name]) => name !== 'client_id'),
];

/** The request as the browser takes it, in the way that was chosen. */
async function buildAuthorize(play) {
  const { run, issuer, session, data } = play;
  const all = pairsOf(play);
  const clientId = all[0][1];
  const base = { ...play.client(), method: 'GET', url: `${issuer}/authorize`, clientId, browser: true };
  const made = (pairs) => ({ ...base, pairs, call: { kind: 'authorize', pairs: pairs.slice(1) } });
  if (run.way === 'par') {
    if (!session.pushed) throw new Error('push the request first. Its answer names it.');
    return made([all[0], ['request_uri', session.pushed]]);
  }
  if (run.way !== 'object') return made(all);
  const secret = data.application.authenticationMethod === 'none' ? '' : play.secret();
  return made([all[0], ['request', await requestObject(all, { ...play.identity(), secret })]]);
}

async function buildPush(play) {
  const { issuer } = play;
  const identity = play.identity();
  const { basic, pairs: proof } = await credentials(identity);
  const parameters = pairsOf(play).slice(1);
  return {
    method: 'POST',
    url: `${issuer}/par`,
    pairs: [...proof, ...parameters],
    basic,
    ...play.client(),
    call: { kind: 'par', pairs: parameters },
  };
}

export function authorizeStep(play) {
  const { run, session, tables, data, fields, reasons } = play;
  const { application, environment, redirectUri } = data;
  const values = {
    redirect_uri: [...new Set([redirectUri, ...application.redirectUris])],
    scope: [application.scopes.join(' ')],
    login_hint: environment.users.map(({ username }) => username),
  };
  const fieldOf = (parameter, note) => {
    const element = parameterField(
      { ...parameter, values: Object.hasOwn(values, parameter.name) ? values[parameter.name] : parameter.values },
      (value) => play.set(parameter.name, value),
      { note },
    );
    fields.set(parameter.name, element);
    element.show(parameter.name === 'client_id' ? (run.authorize.get('client_id') ?? application.id) : play.get(parameter.name));
    return element;
  };
  const rest = [...tables.authorize.filter(({ name }) => !first.includes(name) && !ofPair.includes(name)), ...tables.ignored];
  const known = new Set([...tables.authorize, ...tables.ignored].map(({ name }) => name));
  const others = h('div.play-fields');
  const addOther = (name) => others.append(fieldOf({ name, meaning: 'The server does not know it. PingOne ignores such parameters.' }));
  for (const name of run.authorize.keys()) if (!known.has(name)) addOther(name);
  const newName = h('input.code', {
    'aria-label': 'Name of another parameter',
    placeholder: 'another_parameter',
    spellcheck: false,
    autocomplete: 'off',
  });
  const more = h(
    'details',
    { open: rest.some(({ name }) => run.authorize.has(name)) || others.children.length > 0 },
    h('summary', `More parameters (${rest.length})`),
    h(
      'div.play-fields',
      rest.map((parameter) => fieldOf(parameter)),
    ),
    others,
    h(
      'div.row',
      newName,
      button('Add a parameter', () => {
        const name = newName.value.trim();
        if (name === '' || fields.has(name)) return;
        addOther(name);
        newName.value = '';
        fields.get(name).querySelector('input').focus();
      }),
    ),
  );

  const unregistered = h('div');
  const drawUnregistered = () =>
    fill(
      unregistered,
      !application.redirectUris.includes(redirectUri) &&
        h(
          'p.problem.row',
          'The application does not know the playground’s own redirect URI.',
          button('Register it', async () => {
            const path = inEnvironment(environment.id, `applications/${application.id}/redirect-uris`);
            application.redirectUris = (await api.send('POST', path, { redirect_uri: redirectUri })).redirect_uris;
            drawUnregistered();
            announce('Registered');
          }),
        ),
    );
  drawUnregistered();

  const way = select(
    {
      id: 'play-way',
      onchange: () => {
        run.way = way.value === 'redirect' ? undefined : way.value;
        play.changed();
      },
    },
    Object.entries(ways),
    run.way,
  );
  const place = reasonsOf('the authorization request');
  reasons.set('authorize', place);
  const answer = h('div.play-answer');
  const preview = h('pre.play-url', { tabIndex: 0, 'aria-label': 'The address that the browser opens' });
  const pushed = h('div.row');
  let turn = 0;
  play.listeners.push(async () => {
    const mine = ++turn;
    const isJson = play.get('response_mode') === 'pi.flow';
    pushed.hidden = run.way !== 'par';
    pushCode.hidden = run.way !== 'par';
    go.textContent = isJson ? 'Send it' : 'Go to the sign-on';
    const text = await buildAuthorize(play).then(
      ({ url, pairs }) => `${url}?${new URLSearchParams(pairs)}`,
      ({ message }) => `Not yet: ${message}`,
    );
    if (mine === turn) preview.textContent = text;
  });
  const push = async () => {
    try {
      const made = await send(await buildPush(play));
      answerView(answer, made);
      session.pushed = typeof made.body.request_uri === 'string' ? made.body.request_uri : undefined;
      play.expect('authorize', { correlation: made.correlation });
      play.changed();
    } catch (error) {
      noAnswer(answer, error);
    }
  };
  fill(pushed, button('Push the request', push));
  const pushCode = codeView(() => buildPush(play));

  const go = solid('Go to the sign-on', async () => {
    let request;
    try {
      request = await buildAuthorize(play);
    } catch (error) {
      return noAnswer(answer, error);
    }
    const state = run.authorize.get('state');
    const sought = {
      endpoint: 'authorize',
      client: run.authorize.get('client_id') ?? application.id,
      state: run.way === 'redirect' || !run.way ? state : undefined,
    };
    const wanted = run.way === 'par' ? session.wanted?.authorize : sought;
    run.transaction = undefined;
    Object.assign(session, {
      sent: { state, at: 'waiting' },
      answer: undefined,
      tokens: undefined,
      seen: undefined,
      wanted: { authorize: { ...wanted }, callback: { ...wanted } },
    });
    session.pushed = undefined;
    play.drawAnswer();
    play.changed();
    if (play.get('response_mode') === 'pi.flow') return startFlow(play, request, answer);
    location.assign(`${request.url}?${new URLSearchParams(request.pairs)}`);
  });

  return stepOf(
    3,
    'The authorization request',
    [
      unregistered,
      h(
        'div.play-fields',
        first.map((name) => fieldOf(tables.authorize.find((each) => each.name === name))),
      ),
      more,
      h('div.short', h('div.field', h('label', { htmlFor: 'play-way' }, 'How it is sent'), way)),
      pushed,
      pushCode,
      preview,
      whoSignsOn(play),
      h(
        'div.row',
        go,
        copyButton('Copy the URL', () => preview.textContent),
      ),
      answer,
      codeView(() => buildAuthorize(play)),
    ],
    place,
  );
}
