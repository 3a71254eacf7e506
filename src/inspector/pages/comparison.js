/** The challenge against the verifier, and the life of the code between them. */
import { comparison } from './bytes.js';
import { api, fromNow, h, inEnvironment, projector } from './dom.js';

const signs = { undefined: ['?', 'not compared', 'mute'], true: ['=', 'equals', 'good'], false: ['≠', 'differs from', 'bad'] };

const side = (title, where, ...values) => h('div.side', h('h4', title), where && h('p.muted', where), values);

/** How the verifier becomes the challenge, byte by byte. */
function bytes({ verifier, method }) {
  // Hundreds of boxes: drawn when the reader opens them. In projector mode they are open from the start.
  const place = h('div');
  const draw = ({ target }) => {
    if (!target.open || place.firstChild) return;
    void import('./transformation.js').then(({ transformation }) => place.replaceChildren(transformation(verifier, method)));
  };
  const summary = h('summary', 'How the verifier becomes the challenge, byte by byte');
  return h('details.bytes', { ontoggle: draw, open: projector }, summary, place);
}

/** Challenge and verifier side by side; where they differ, character by character. */
export function compared({ state, pkce }) {
  const { challenge, method, verifier, computed, match } = pkce;
  const missing = { failed: 'not seen', succeeded: 'none was sent' }[state] ?? 'not seen yet';
  const [between, inWords, tone] = signs[match];
  const isHashed = computed && method === 'S256';
  const isHidden = verifier === '(hidden)';
  return h(
    'section.compared-values',
    h('h3', 'Challenge and verifier'),
    h(
      'div.duel',
      side('The challenge', 'shown at /authorize, through the browser', h('code.value', challenge ?? 'none was recorded')),
      h(`div.sign-between.${tone}`, state === 'succeeded' && !verifier ? '–' : between, h('span.hidden', inWords)),
      side(
        'The verifier',
        'sent to /token, straight to the server',
        h('code.value', verifier ?? missing),
        isHashed && [h('p.muted.arrow', '↓ SHA-256, base64url'), h('code.value', computed)],
      ),
    ),
    isHidden && h('p.muted', 'The verifier is not shown: PINGONE_MOCK_HIDE_SECRETS is set.'),
    match === false &&
      comparison(
        ['recorded at /authorize', challenge ?? ''],
        [method === 'plain' ? 'sent at /token' : 'computed at /token', computed ?? ''],
      ),
    verifier && !isHidden && challenge && bytes(pkce),
  );
}

/** Whether a check that failed compared two values, other than challenge and verifier. */
export const differs = (check) =>
  check?.ok === false && check.expected !== undefined && check.got !== undefined && check.rule !== 'verifier_matches_challenge';

/** What a check expected beside what it got; where they are nearly the same, character by character. */
export function difference({ rule, expected, got }) {
  const length = Math.max(expected.length, got.length);
  const same = Array.from({ length }, (_, at) => expected[at] === got[at]).filter(Boolean).length;
  return h(
    'section.compared-values',
    h('h3', 'Expected and received'),
    h('p.muted', h('code', rule)),
    same * 2 > length
      ? comparison(['expected', expected], ['received', got])
      : h(
          'div.duel',
          side('Expected', '', h('code.value', expected)),
          h('div.sign-between.bad', '≠'),
          side('Received', '', h('code.value', got)),
        ),
  );
}

/** The time until a code expires, by the environment's clock, which a test may have moved or frozen. */
export function life(environmentId, from, until) {
  const bar = h('progress', { max: until - from, value: until - from, 'aria-label': 'Time until the code expires' });
  const left = h('small.muted');
  let before;
  const tick = async () => {
    if (!document.hidden) {
      const now = Date.parse((await api.get(inEnvironment(environmentId, 'clock')).catch(() => ({}))).now);
      if (!bar.isConnected || !now) return;
      bar.value = Math.max(0, until - now);
      left.textContent = now === before ? `${fromNow(until, now)}: the clock is frozen` : `expires ${fromNow(until, now)}`;
      bar.setAttribute('aria-valuetext', left.textContent);
      before = now;
      if (now >= until) return bar.dispatchEvent(new Event('expired', { bubbles: true }));
    }
    setTimeout(tick, 1000);
  };
  void tick();
  return h('p.recorded', bar, left);
}
