/** One transaction: what was received, recorded, computed and decided. */
import { compared, difference, differs, life } from './comparison.js';
import { sequenceDiagram } from './diagram.js';
import { api, asTime, button, copyButton, fill, h, keyed, projector, root } from './dom.js';
import { stateOf } from './explain.js';
import { drawSteps } from './steps.js';
import { endOf, nameOf, outcomeOf, tokensOf } from './transaction.js';
import { decidingSource, whyBox } from './why.js';

/** Where it ended; the box below says why. */
const titleOf = (transaction) => {
  const { state, diagnosis, steps } = transaction;
  const url = steps.findLast(({ request }) => request)?.request.url;
  return state === 'failed' && diagnosis && url ? `Refused at ${endOf(url)}` : outcomeOf(transaction);
};

const relations = { provider: 'Signed on at', application: 'Part of a sign-on at' };

const hero = (transaction) => {
  const { id, user, startedAt, app, via, theft, related = [], state, diagnosis } = transaction;
  const [sign, , tone] = stateOf(transaction);
  return h(
    `header.hero.${tone}`,
    h('div.hero-line', h('span.sign', { ariaHidden: 'true' }, sign), h('h2', titleOf(transaction))),
    state === 'failed' && diagnosis && [h('p.reason', diagnosis.title), diagnosis.fix && h('p', h('b', 'Fix: '), diagnosis.fix)],
    theft && h('p', `The server issued these tokens, and the lab says that they went to the wrong person: exercise “${theft.exercise}”.`),
    h(
      'p.muted',
      h('bdi', nameOf(transaction)),
      user && h('bdi', user),
      h('span', asTime(Date.parse(startedAt))),
      h('code', { title: id }, id.slice(0, 8)),
      app && h('span.chip', `PKCE ${app.pkceEnforcement}`),
      via.length > 1 && h('span.chip', `by ${via.length} origins`),
      related.map((each) =>
        h('a', { href: new URL(`tx/${each.id}`, root) }, `${relations[each.role]} ${each.name ?? 'another environment'}`),
      ),
      !projector && copyButton('Copy link', String(new URL(`tx/${id}`, root))),
    ),
  );
};

const decidingCheck = ({ steps }) => {
  const checks = steps.flatMap((step) => step.checks);
  return steps.findLast(({ ok }) => ok === false)?.checks.find(({ ok }) => !ok) ?? checks.findLast(({ rule }) => /verifier/.test(rule));
};

/** Folded until asked for: the page is about the decision. */
const tokensPart = (tokens, now) => {
  const place = h('div.tokens');
  return h(
    'details.fold-part',
    {
      ontoggle: ({ target }) => {
        if (!target.open || place.childElementCount > 0) return;
        void import('./token.js').then(({ tokenView }) => fill(place, ...tokens.map(([kind, token]) => tokenView(kind, token, now))));
      },
    },
    h('summary', tokens.length === 1 ? 'The token' : `The ${tokens.length} tokens`),
    place,
  );
};

/** Complete transactions, by the cut ones that the stream sent. */
const wholes = new WeakMap();

/** Says that the stream cut a transaction, and offers all of it. */
const cutNote = (transaction, onWhole) =>
  h(
    'p.row.cut',
    h('span', 'This transaction is larger than 20 kB: long values are cut, and steps in the middle may be missing.'),
    button('Show all of it', async () => {
      wholes.set(transaction, await api.get(`transactions/${transaction.id}?whole=true`));
      onWhole();
    }),
  );

/** Draws a transaction, or updates the drawing. */
export function drawTransaction(place, sent) {
  const transaction = wholes.get(sent) ?? sent;
  const { id, diagnosis, warnings = [], steps, truncated, state, pkce, envId } = transaction;
  const check = decidingCheck(transaction);
  const tokens = Object.entries(tokensOf(transaction)).filter(([, token]) => token);
  const code = state === 'code_issued' ? steps.findLast(({ kind, data }) => kind === 'code' && data?.expiresAt) : undefined;
  const explained = [diagnosis, ...warnings.filter(({ code, title }) => code !== diagnosis?.code || title !== diagnosis?.title)];
  // Each part with its data: only parts that changed are redrawn.
  const parts = [
    ['hero', { ...transaction, steps: steps.map(({ kind, request }) => ({ kind, url: request?.url })) }, () => hero(transaction)],
    code && ['life', code.data, () => life(envId, code.at, code.data.expiresAt)],
    truncated && ['cut', {}, () => cutNote(sent, () => drawTransaction(place, sent))],
    steps.length === 0 && !truncated && ['nothing', {}, () => h('p.muted', 'Nothing is recorded yet.')],
    steps.length > 0 && ['diagram', {}, sequenceDiagram],
    differs(check) && ['difference', check, () => difference(check)],
    (steps[0]?.kind === 'authorize' || pkce.verifier) && ['comparison', { pkce, state }, () => compared(transaction)],
    ...explained
      .filter(Boolean)
      .map((each, at) => [`why ${at}`, { each, spec: check?.spec }, () => whyBox(each, each.severity ? undefined : check)]),
    check && ['source', { check }, () => decidingSource(check)],
    steps.length > 0 && ['steps', {}, () => h('section.steps', h('h3', 'Step by step'), h('ol.timeline'))],
    tokens.length > 0 && ['tokens', tokens, () => tokensPart(tokens, steps.at(-1).at)],
  ]
    .filter(Boolean)
    .map(([key, value, draw]) => ({ key: `${id} ${key}`, value, draw }));
  keyed(
    place,
    parts,
    ({ key }) => key,
    ({ draw }) => draw(),
  );
  if (steps.length === 0) return;
  place.querySelector('.diagram').update(transaction);
  drawSteps(place.querySelector('.timeline'), transaction);
}
