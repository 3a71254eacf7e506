/** Attacks on the authorization code. Each is a real flow against the real server, and the result is the server's real answer. */
import { api, inEnvironment } from './dom.js';
import { pkce, say, stolenOr } from './lab-run.js';
import { newVerifier } from './pkce.js';
import { decode } from './token.js';

/** The victim signs on as usual, and Mallory steals the code and uses it. If /authorize refuses, there is no code. */
async function steal(run, attack) {
  const own = await pkce(run.chosen.pkce);
  const { code, refused } = await run.authorize('victim', 'victor', own.ask);
  if (refused) return refused;
  run.tell('mallory', 'Reads the code: from a log, the history, or an app that intercepted the redirect', code, 'bad');
  return attack(code, own);
}

const stolen = ['stolen', 'Mallory gets tokens'];
const atToken = ['token', 'Refused at /token'];
const atAuthorize = ['authorize', 'Refused at /authorize'];
const usual = [stolen, atToken, atAuthorize];

const enforcements = ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'];
const pkceSwitch = (modes) => ({
  key: 'pkce',
  legend: 'PKCE of the application',
  short: 'PKCE',
  options: modes.map((mode) => [mode, mode === 'off' ? 'Off' : mode]),
});
const enforcementSwitch = (preset) => ({
  key: 'enforcement',
  legend: 'pkceEnforcement at the server',
  short: '',
  options: enforcements.map((each) => [each, each]),
  preset,
});
const hashing = ['plain', 'S256'];

const attack = ({ modes = ['off', ...hashing], enforcement, why, ...members }) => ({
  choices: usual,
  switches: [pkceSwitch(modes), enforcementSwitch(enforcement)],
  // The server can be broken on purpose.
  breakable: true,
  why: {
    authorize:
      'The pkceEnforcement of the application does not allow this request. It fails at /authorize, before there is a code to steal.',
    ...why,
  },
  ...members,
});

export const codeAttacks = [
  attack({
    id: 'stolen-code',
    title: 'A stolen code, and nothing else',
    story: 'Mallory saw the redirect back to the application. She sends the code to /token, without a verifier.',
    words: ['code', 'verifier', 'Mallory', 'public client'],
    run: (run) => steal(run, async (code) => stolenOr(await run.redeem('mallory', code))),
    why: {
      stolen: 'Without PKCE, the code of a public client is as good as the tokens: the first to redeem it gets them.',
      token: 'A challenge was recorded, so the code alone is worthless: the verifier is missing, and the code is now spent.',
    },
  }),
  attack({
    id: 'guessed-verifier',
    title: 'A stolen code and a guessed verifier',
    story: 'Mallory knows that the server asks for a verifier. She makes one up.',
    words: ['code', 'verifier', 'challenge'],
    modes: hashing,
    run: (run) => steal(run, async (code) => stolenOr(await run.redeem('mallory', code, { code_verifier: newVerifier() }))),
    why: {
      token: 'A verifier has 256 random bits, and each code allows one guess: its first use, right or wrong, spends it.',
    },
  }),
  attack({
    id: 'seen-challenge',
    title: 'Mallory saw the challenge as well',
    story: 'The authorize URL is in the history, in logs and in referrers. Mallory read the challenge there and sends it as the verifier.',
    words: ['challenge', 'verifier', 'S256', 'plain', 'front channel'],
    modes: hashing,
    run: (run) =>
      steal(run, async (code, { challenge }) => {
        run.tell('mallory', 'Has the authorize URL, and so the challenge', challenge, 'bad');
        return stolenOr(await run.redeem('mallory', code, { code_verifier: challenge }));
      }),
    why: {
      stolen: 'With plain, the challenge is the verifier. It protects only against a thief who sees nothing but the code.',
      token: 'The server hashes what she sends, and the hash of the challenge is not the challenge. She would have to reverse SHA-256.',
    },
  }),
  attack({
    id: 'stripped-challenge',
    title: 'Downgrade: the challenge is stripped',
    story: 'Mallory changes the authorize URL before the victim opens it: she removes code_challenge. Then she steals the code.',
    words: ['challenge', 'verifier', 'downgrade', 'pkceEnforcement'],
    async run(run) {
      const own = await pkce(run.chosen.pkce);
      run.tell('victim', `Makes an authorize URL with${own.challenge ? ' a challenge' : 'out PKCE'}`, own.challenge);
      run.tell('mallory', own.challenge ? 'Strips code_challenge and its method' : 'Has nothing to strip', undefined, 'bad');
      const first = await run.authorize('victim', 'victor', {});
      if (first.refused) return first.refused;
      run.tell('mallory', 'Reads the code', first.code, 'bad');
      const taken = stolenOr(await run.redeem('mallory', first.code));
      if (!own.challenge) return taken;
      const { mark } = run;
      run.tell('victim', 'Once more: this time the application is first, and sends its verifier for the stripped request');
      const second = await run.authorize('victim', 'victor', {});
      await run.redeem('victim', second.code, own.prove);
      // The run shows the transaction of the theft.
      run.mark = mark;
      return taken;
    },
    why: {
      stolen: (chosen) =>
        `OPTIONAL accepts a request without a challenge, so nothing protects its code.${
          chosen.pkce === 'off'
            ? ''
            : ' But if the application comes first, as in the second half of the run, it finds out: the server refuses a verifier for a code without a challenge (RFC 9700 §4.8.2).'
        }`,
    },
  }),
  attack({
    id: 'downgrade-to-plain',
    title: 'Downgrade to plain',
    story: 'The victim’s application uses S256. Mallory replaces the challenge with a plain one of her own, so she knows the verifier.',
    words: ['challenge', 'S256', 'plain', 'downgrade', 'pkceEnforcement'],
    modes: ['plain'],
    enforcement: 'S256_REQUIRED',
    async run(run) {
      const hers = await pkce('plain');
      run.tell('victim', 'Makes an authorize URL with S256', (await pkce('S256')).challenge);
      run.tell('mallory', 'Replaces it with her own plain challenge', hers.challenge, 'bad');
      const { code, refused } = await run.authorize('victim', 'victor', hers.ask);
      if (refused) return refused;
      run.tell('mallory', 'Reads the code', code, 'bad');
      return stolenOr(await run.redeem('mallory', code, hers.prove));
    },
    why: {
      stolen:
        'OPTIONAL and REQUIRED accept plain as well, so an attacker who can change the request knows the verifier. S256_REQUIRED stops this.',
    },
  }),
  attack({
    id: 'code-injection',
    title: 'Code injection',
    story:
      'Mallory signs on as herself and puts her own code into the victim’s callback. If the victim’s application redeems it, what the victim enters goes into Mallory’s account.',
    words: ['code', 'verifier', 'state', 'code injection'],
    choices: [['stolen', 'The victim is signed on as Mallory'], atToken, atAuthorize],
    async run(run) {
      const { code, refused } = await run.authorize('mallory', 'mallory', (await pkce(run.chosen.pkce)).ask);
      if (refused) return refused;
      run.tell('mallory', 'Sends the victim a link to the callback, with her code in it', code, 'bad');
      run.tell('victim', 'Opens the link; the application takes the code for its own');
      const redeemed = await run.redeem('victim', code, (await pkce(run.chosen.pkce)).prove);
      const name = redeemed.ok && decode(redeemed.body.id_token)?.payload.preferred_username;
      if (name) run.tell('victim', `Is signed on as ${name}`, undefined, 'bad');
      return stolenOr(redeemed);
    },
    why: {
      stolen: 'Nothing binds the code to the browser that requested it. (state would, if the application checked it; the server cannot.)',
      token:
        'The victim’s application sends its own verifier, but Mallory’s code is bound to hers: PKCE binds the code to the browser that requested it.',
    },
  }),
  attack({
    id: 'used-twice',
    title: 'A code used twice',
    story:
      'The application redeems its code. Then the same code comes again, with the right verifier. It may come from a thief or be a repeated request: the server cannot tell.',
    words: ['code', 'refresh token'],
    choices: [
      ['stolen', 'The second use gets tokens as well'],
      ['kept', 'The second use is refused, and the first tokens stay valid'],
      ['revoked', 'The second use is refused, and the first tokens are revoked'],
      atAuthorize,
    ],
    async run(run) {
      const own = await pkce(run.chosen.pkce);
      const { code, refused } = await run.authorize('victim', 'victor', own.ask);
      if (refused) return refused;
      const first = await run.redeem('victim', code, own.prove);
      const answer = await run.redeem('mallory', code, own.prove);
      if (answer.ok) return stolenOr(answer);
      const refreshed = await run.refresh(first.body.refresh_token);
      const good = refreshed.ok;
      run.tell('victim', 'Uses the refresh token of the first answer');
      run.tell(
        'server',
        good ? 'Issues tokens' : 'Refuses the refresh token',
        good ? '200' : say(refreshed),
        good ? 'good' : 'bad',
        refreshed,
      );
      return { outcome: good ? 'kept' : 'revoked', answer };
    },
    why: {
      revoked:
        'A code works once. A second use shows that somebody else has it, and the server cannot know who was first: so it revokes the tokens of the first use (RFC 6749 §4.1.2).',
    },
  }),
  attack({
    id: 'too-late',
    title: 'Too late, another redirect_uri, another client',
    story: 'A stolen code with the right verifier, three times: after its lifetime, with another redirect_uri, and from another client.',
    words: ['code', 'redirect_uri', 'client'],
    // It moves the clock.
    own: true,
    async run(run) {
      const { environmentId, codeLifetimeSeconds, applications } = run.lab;
      const attempts = [
        ['Waits until the code has expired: the clock is advanced', {}],
        ['Sends another redirect_uri than at /authorize', { redirect_uri: 'http://localhost:3000/mallory' }],
        ['Uses another client: her own application', { client_id: applications.mallory.id }],
      ];
      let last;
      for (const [at, [text, more]] of attempts.entries()) {
        last = await steal(run, async (code, { prove }) => {
          run.tell('mallory', text, undefined, 'bad');
          if (at === 0) await api.send('PUT', inEnvironment(environmentId, 'clock'), { advance: `${codeLifetimeSeconds + 1}s` });
          return stolenOr(await run.redeem('mallory', code, { ...prove, ...more }));
        });
        if (last.outcome !== 'token') break;
      }
      return last;
    },
    why: {
      token:
        'A code is bound to a time, a redirect_uri and a client, with or without PKCE. That does not stop a thief who is quick and sends the same values.',
    },
  }),
];
