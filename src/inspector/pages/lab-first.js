/** The first exercise: one honest sign-on, step by step. Every value is that of a real sign-on. */
import { announce, fill, h, solid } from './dom.js';
import { sequenceDiagram } from './lab-diagram.js';
import { act, ask, authorizeQuery, passwordOf, pkce, post, say, startRun, transactionOfRun } from './lab-run.js';
import { wordCard } from './lab-words.js';
import { newVerifier } from './pkce.js';

const lanes = [
  ['app', 'Application'],
  ['browser', 'Browser'],
  ['server', 'Server'],
];

const front = (from, to, label, back = false) => ({ from, to, label, channel: 'front', back });
const back = (from, to, label, answer = false) => ({ from, to, label, channel: 'back', back: answer });

const need = (answer, what) => {
  if (!answer.ok) throw new Error(`${what}: ${say(answer)}`);
  return answer;
};

/**
 * The steps. `go` does what the step is about, on the state of the sign-on, and returns the values to show; `arrows` is what
 * crosses the wire.
 */
const steps = [
  {
    title: 'The application makes a secret',
    text: 'It draws 32 random bytes and writes them as text: the verifier. Then it hashes the verifier: the challenge. The verifier stays in the application; nothing has been sent yet.',
    words: ['verifier', 'challenge'],
    arrows: [],
    async go(state) {
      state.own = await pkce('S256');
      return { code_verifier: state.own.verifier, code_challenge: state.own.challenge };
    },
  },
  {
    title: 'The browser carries the challenge to the server',
    text: 'The application sends the browser to /authorize, with the challenge in the URL. What goes through the browser can be read: in the history, in logs, by an extension. This way is called the front channel.',
    words: ['Mallory', 'front channel'],
    arrows: [front('app', 'browser', 'code_challenge'), front('browser', 'server', 'code_challenge')],
    async go(state) {
      const { lab } = state.run;
      state.clientId = lab.applications.S256_REQUIRED.id;
      const query = authorizeQuery(lab, state.clientId, { state: state.run.mark, ...state.own.ask });
      const begun = need(await ask(`${lab.issuer}/authorize?${query}`), 'The server refused the request');
      state.flowId = begun.body.id;
      return { GET: '/authorize', client_id: state.clientId, code_challenge: state.own.challenge, code_challenge_method: 'S256' };
    },
  },
  {
    title: 'Victor signs on',
    text: 'The server shows its sign-on page, and Victor types his name and password there. The application never sees the password.',
    words: [],
    arrows: [front('browser', 'server', 'name, password')],
    async go(state) {
      const { lab } = state.run;
      const done = await act(lab, state.flowId, 'usernamePassword.check', passwordOf(lab, 'victor'));
      return { username: 'victor', status: need(done, 'The server refused the password').body.status };
    },
  },
  {
    title: 'The server sends a code back through the browser',
    text: 'The code is short-lived and works once. The server remembers the challenge with it. The code goes through the browser too, so Mallory may read it.',
    words: ['code'],
    arrows: [front('server', 'browser', 'code', true), front('browser', 'app', 'code')],
    async go(state) {
      const done = need(await ask(`${state.run.lab.issuer}/resume?flowId=${state.flowId}`), 'The server gave no code');
      state.code = done.body.authorizeResponse.code;
      return { code: state.code };
    },
  },
  {
    title: 'The application brings the code and the verifier',
    text: 'This request goes straight from the application to /token: the back channel. The browser does not see it, and neither does Mallory. Only now does the verifier leave the application.',
    words: ['back channel'],
    arrows: [back('app', 'server', 'code, code_verifier')],
    async go(state) {
      const { lab } = state.run;
      const form = { grant_type: 'authorization_code', client_id: state.clientId, redirect_uri: lab.redirectUri, code: state.code };
      state.answer = need(await post(`${lab.issuer}/token`, { ...form, ...state.own.prove }), 'The server refused the code');
      return { POST: '/token', code: state.code, code_verifier: state.own.verifier };
    },
  },
  {
    title: 'The server hashes, compares, and answers with tokens',
    text: 'It hashes the verifier and compares the result with the challenge that it recorded. They are equal: the application that brings the code is the one that asked for it.',
    words: ['token'],
    arrows: [back('server', 'app', 'tokens', true)],
    async go(state) {
      const { pkce: compared = {} } = (await transactionOfRun(state.run)) ?? {};
      return {
        'recorded challenge': compared.challenge,
        'hash of the verifier': compared.computed,
        answer: `HTTP ${state.answer.status}: ${Object.keys(state.answer.body).join(', ')}`,
      };
    },
  },
];

const valueList = (values) =>
  h(
    'dl.values',
    Object.entries(values).map(([name, value]) => h('div', h('dt', name), h('dd', h('code', value)))),
  );

const question = 'Mallory reads everything that goes through the browser. What does she not have?';
const answers = [
  ['code', 'the code'],
  ['challenge', 'the challenge'],
  ['verifier', 'the verifier'],
];

/** Asks the question at the end; the right answer ends the exercise. */
function check(onDone) {
  const verdict = h('div', { 'aria-live': 'polite' });
  const judge = (answer) => {
    const right = answer === 'verifier';
    const text = right
      ? '✓ Right. She has the code and the challenge, but the server wants the verifier. In the next exercise she tries without.'
      : '✗ Look at the dashed lines in the diagram: that went through the browser, so she has it.';
    fill(verdict, h(`p.outcome.${right ? 'good' : 'bad'}`, right && { 'data-outcome': 'done' }, text));
    if (right) onDone();
  };
  const choice = ([value, label]) =>
    h('label.choice', h('input', { type: 'radio', name: 'prediction', value, onchange: () => judge(value) }), label);
  return h('div.result', h('fieldset.choices', h('legend', question), answers.map(choice)), verdict);
}

/** Draws the exercise. `onDone` is called once it is done. */
function drawFirst(onDone) {
  const state = {};
  const shown = [];
  const place = h('div.steps');
  const picture = h('div');
  const next = solid('Begin', forward);
  async function forward() {
    // Disabling the button would lose the focus.
    if (place.ariaBusy) return;
    place.ariaBusy = true;
    try {
      if (shown.length === steps.length) shown.length = 0;
      if (shown.length === 0) {
        state.run = await startRun({ chosen: { enforcement: 'S256_REQUIRED' } });
        state.run.mark = newVerifier();
      }
      const step = steps[shown.length];
      shown.push({ ...step, values: await step.go(state) });
      draw(step);
    } catch (error) {
      fill(place, h('p.problem', error.message));
    }
    place.ariaBusy = null;
  }
  function draw(step) {
    const at = shown.length;
    const arrows = shown.flatMap((each) => each.arrows.map((one) => ({ ...one, current: each.title === step.title })));
    const inWords = arrows.map(({ from, to, label }) => `${from} to ${to}: ${label}`).join('; ');
    fill(
      picture,
      sequenceDiagram({ lanes, arrows, label: `What was sent so far: ${inWords || 'nothing'}` }),
      h(
        'p.legend',
        h('span.key.front', 'through the browser: Mallory may read it'),
        h('span.key.back', 'straight to the server: she does not see it'),
      ),
    );
    fill(
      place,
      h('p.muted', `Step ${at} of ${steps.length}`),
      h('h3', step.title),
      h('p', step.text),
      valueList(shown.at(-1).values),
      step.words.map(wordCard),
      at === steps.length && check(onDone),
    );
    next.textContent = at === steps.length ? 'Once more, with new values' : `Next: ${steps[at].title}`;
    announce(`Step ${at}: ${step.title}`);
  }
  return h('div.first', h('div.row', next), h('div.first-step', place, picture));
}

export const honestSignOn = {
  id: 'honest-sign-on',
  title: 'One honest sign-on',
  story:
    'Before anybody attacks: Victor signs on to an application, and nothing goes wrong. Take it one step at a time. Each step is a real request to this server.',
  words: ['code', 'verifier', 'challenge', 'Mallory'],
  draw: drawFirst,
};
