/** Fix me: three applications with a bug each, for the reader to find. */
import { button, fill, h, panel } from './dom.js';
import { radios, seenBy } from './lab-parts.js';
import { startRun, transactionOfRun } from './lab-run.js';
import { base64url, challengeOf, newVerifier, sha256, utf8 } from './pkce.js';

const hex = (byte) => byte.toString(16).padStart(2, '0');

const buggyApps = [
  {
    name: 'App A',
    bug: 'hex',
    challenge: async (verifier) => base64url(utf8(Array.from(await sha256(verifier), hex).join(''))),
  },
  { name: 'App B', bug: 'padding', challenge: async (verifier) => `${await challengeOf(verifier)}=` },
  { name: 'App C', bug: 'regenerated', challenge: challengeOf, sends: newVerifier },
];
const bugs = [
  ['hex', 'encodes the hash’s hex string'],
  ['padding', 'leaves the padding = at the end'],
  ['regenerated', 'makes a new verifier after the redirect'],
  ['plain', 'does not hash at all'],
];

async function runBuggy({ challenge: make, sends }) {
  const run = await startRun({});
  const verifier = newVerifier();
  const sent = sends?.() ?? verifier;
  const challenge = await make(verifier);
  const { code, refused } = await run.authorize('victim', 'victor', { code_challenge: challenge, code_challenge_method: 'S256' });
  return { run, challenge, sent: code && sent, answer: refused?.answer ?? (await run.redeem('victim', code, { code_verifier: sent })) };
}

export function fixMe() {
  const results = h('div');
  const ask = async (app) => {
    // If another run starts meanwhile, only its result is shown.
    const result = h('div.result');
    fill(results, result);
    const { run, challenge, sent, answer } = await runBuggy(app);
    const transaction = await transactionOfRun(run);
    const verdict = h('div');
    const reveal = (guess) =>
      fill(
        verdict,
        h(
          `p.outcome.${guess === app.bug ? 'good' : 'bad'}`,
          guess === app.bug ? '✓ Yes. ' : '✗ No. ',
          'The server’s own diagnosis: ',
          h('strong', transaction?.diagnosis?.title),
        ),
        transaction && seenBy(transaction),
      );
    fill(
      result,
      h('h3', `${app.name} was refused`),
      h(
        'dl.values',
        h('div', h('dt', 'code_challenge'), h('dd', h('code', challenge), h('small.muted', ` ${challenge.length} characters`))),
        sent && h('div', h('dt', 'code_verifier'), h('dd', h('code', sent))),
      ),
      h('pre', { tabIndex: 0 }, `HTTP ${answer.status}\n${JSON.stringify(answer.body, null, 2)}`),
      radios('What does the application do wrong?', 'bug', bugs, undefined, reveal),
      verdict,
    );
  };
  return panel(
    'Fix me',
    h('p.muted', 'Three applications use S256, each with a bug. Run one, look at the values and guess; then read the server’s diagnosis.'),
    h(
      'div.row',
      buggyApps.map((app) => button(`Run ${app.name}`, () => ask(app))),
    ),
    results,
  );
}
