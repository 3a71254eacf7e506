/** The attacks. Each is a real flow against the real server, and the result is the server's real response. */
import { hex } from './bytes.js';
import { api, inEnvironment } from './dom.js';
import { base64url, challengeOf, newVerifier, sha256, utf8 } from './pkce.js';
import { decode } from './token.js';

/** Without cookies: victim and attacker are two browsers, and this page is only one. */
const ask = async (url, options) => {
  const response = await fetch(url, { credentials: 'omit', cache: 'no-store', ...options });
  return { ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) };
};
const post = (url, form) => ask(url, { method: 'POST', body: new URLSearchParams(form) });

const pkce = async (mode) => {
  if (mode === 'off') return { ask: {}, prove: {} };
  const verifier = newVerifier();
  const challenge = mode === 'S256' ? await challengeOf(verifier) : verifier;
  return { challenge, ask: { code_challenge: challenge, code_challenge_method: mode }, prove: { code_verifier: verifier } };
};

/** Describes an error of OAuth, or of PingOne's envelope. */
const say = ({ status, body }) => {
  const { code, message } = body.details?.[0] ?? body;
  return `${status} ${body.error ?? code}: ${body.error_description ?? message}`;
};

/** Starts a run, which records who did what, in order. `own`: in an environment of its own. */
export async function startRun({ mode, enforcement, own }) {
  const lab = await api.send('POST', 'lab', own && { own });
  const { issuer, redirectUri } = lab;
  const { id } = lab.applications[enforcement];
  const rows = [];
  const tell = (by, text, data, tone) => rows.push({ by, text, data, tone });

  /** Requests a code and signs on, as a browser would. An error of /authorize ends it. */
  const authorize = async (by, username, parameters) => {
    const { code_challenge: challenge, code_challenge_method: method } = parameters;
    run.mark = newVerifier();
    tell(by, 'GET /authorize', challenge ? `code_challenge=${challenge} (${method})` : 'without a code_challenge');
    // With PingOne's pi.flow the responses are JSON, which a page can read.
    const query = {
      response_type: 'code',
      client_id: id,
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state: run.mark,
      response_mode: 'pi.flow',
      ...parameters,
    };
    const refused = (answer) => {
      tell('server', 'Refused at /authorize', say(answer), 'bad');
      return { refused: { outcome: 'authorize', answer } };
    };
    const begun = await ask(`${issuer}/authorize?${new URLSearchParams(query)}`);
    if (!begun.ok) return refused(begun);
    const flowId = begun.body.id;
    await ask(`${lab.baseUrl}/flows/${flowId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
      body: JSON.stringify(lab.users.find((user) => user.username === username)),
    });
    const done = await ask(`${issuer}/resume?flowId=${flowId}`);
    const code = done.body.authorizeResponse?.code;
    if (!code) return refused(done);
    tell('server', `${challenge ? 'Records the challenge and issues' : 'Issues'} a code, for ${username}`, code);
    return { code };
  };

  const redeem = async (by, code, more = {}) => {
    const sent = Object.entries({ code, ...more }).map((pair) => pair.join('='));
    tell(by, 'POST /token', [...sent, more.code_verifier ? '' : 'no code_verifier'].join('\n'));
    const answer = await post(`${issuer}/token`, {
      grant_type: 'authorization_code',
      client_id: id,
      redirect_uri: redirectUri,
      code,
      ...more,
    });
    if (answer.ok) tell('server', 'Issues tokens', '200 access_token, id_token', by === 'mallory' && 'bad');
    else tell('server', 'Refused at /token', say(answer), 'good');
    return answer;
  };
  const refresh = (token) => post(`${issuer}/token`, { grant_type: 'refresh_token', client_id: id, refresh_token: token });
  const run = { lab, mode, rows, tell, authorize, redeem, refresh };
  return run;
}

/** The transaction of a run: others may share its environment. */
export async function transactionOfRun({ lab, mark }) {
  const { transactions } = await api.get(inEnvironment(lab.environmentId, 'transactions?limit=99'));
  return transactions.find(({ steps }) => steps[0].request?.url.includes(mark));
}

const stolenOr = (answer) => ({ outcome: answer.ok ? 'stolen' : 'token', answer });

/** The victim signs on as usual, and Mallory steals the code and uses it. If /authorize refuses, there is no code. */
async function steal(run, attack) {
  const own = await pkce(run.mode);
  const { code, refused } = await run.authorize('victim', 'victor', own.ask);
  if (refused) return refused;
  run.tell('mallory', 'Reads the code: from a log, the history, or an app that intercepted the redirect', code, 'bad');
  return attack(code, own);
}

const usual = [
  ['stolen', 'Mallory gets tokens'],
  ['token', 'Refused at /token'],
  ['authorize', 'Refused at /authorize'],
];
const hashing = ['plain', 'S256'];

export const exercises = [
  {
    title: 'A stolen code, and nothing else',
    story: 'Mallory saw the redirect back to the application, and sends the code to /token, without a verifier.',
    run: (run) => steal(run, async (code) => stolenOr(await run.redeem('mallory', code))),
    why: {
      stolen: 'Without PKCE the code of a public client is as good as the tokens: whoever redeems it first gets them.',
      token: 'With a challenge recorded, the code alone is worthless: the verifier is missing, and the code is now spent.',
    },
  },
  {
    title: 'A stolen code and a guessed verifier',
    story: 'Mallory knows that a verifier is required. She makes one up.',
    modes: hashing,
    run: (run) => steal(run, async (code) => stolenOr(await run.redeem('mallory', code, { code_verifier: newVerifier() }))),
    why: {
      token: 'A verifier has 256 random bits, and each code allows one guess: its first use, right or wrong, spends it.',
    },
  },
  {
    title: 'Mallory saw the challenge as well',
    story: 'The authorize URL is in the history, in logs and in referrers. Mallory read the challenge there and sends it as the verifier.',
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
  },
  {
    title: 'Downgrade: the challenge is stripped',
    story: 'Mallory changes the authorize URL before the victim opens it: she removes code_challenge. Then she steals the code.',
    async run(run) {
      const own = await pkce(run.mode);
      run.tell('victim', `Makes an authorize URL with${own.challenge ? ' a challenge' : 'out PKCE'}`, own.challenge);
      run.tell('mallory', own.challenge ? 'Strips code_challenge and its method' : 'Has nothing to strip', undefined, 'bad');
      const first = await run.authorize('victim', 'victor', {});
      if (first.refused) return first.refused;
      run.tell('mallory', 'Reads the code', first.code, 'bad');
      const stolen = stolenOr(await run.redeem('mallory', first.code));
      if (!own.challenge) return stolen;
      const { mark } = run;
      run.tell('victim', 'Once more: this time the application is first, and sends its verifier for the stripped request');
      const second = await run.authorize('victim', 'victor', {});
      await run.redeem('victim', second.code, own.prove);
      // The run shows the transaction of the theft.
      run.mark = mark;
      return stolen;
    },
    why: {
      stolen:
        'OPTIONAL accepts a request without a challenge, so nothing protects its code. But the server refuses a verifier for a code without a challenge (RFC 9700 §4.8.2): the application notices, if it is first.',
    },
  },
  {
    title: 'Downgrade to plain',
    story: 'The victim’s application uses S256. Mallory replaces the challenge by a plain one of her own, so she knows the verifier.',
    modes: ['plain'],
    enforcement: 'S256_REQUIRED',
    async run(run) {
      const hers = await pkce('plain');
      run.tell('victim', 'Makes an authorize URL with S256', (await pkce('S256')).challenge);
      run.tell('mallory', 'Replaces it by her own plain challenge', hers.challenge, 'bad');
      const { code, refused } = await run.authorize('victim', 'victor', hers.ask);
      if (refused) return refused;
      run.tell('mallory', 'Reads the code', code, 'bad');
      return stolenOr(await run.redeem('mallory', code, hers.prove));
    },
    why: {
      stolen:
        'OPTIONAL and REQUIRED accept plain as well, so an attacker who can change the request knows the verifier. S256_REQUIRED stops this.',
    },
  },
  {
    title: 'Code injection',
    story:
      'Mallory signs on as herself and puts her own code into the victim’s callback. If the victim’s application redeems it, what the victim enters goes into Mallory’s account.',
    choices: [['stolen', 'The victim is signed on as Mallory'], ...usual.slice(1)],
    async run(run) {
      const { code, refused } = await run.authorize('mallory', 'mallory', (await pkce(run.mode)).ask);
      if (refused) return refused;
      run.tell('mallory', 'Sends the victim a link to the callback, with her code in it', code, 'bad');
      run.tell('victim', 'Opens the link; the application takes the code for its own');
      const redeemed = await run.redeem('victim', code, (await pkce(run.mode)).prove);
      const name = redeemed.ok && decode(redeemed.body.id_token)?.payload.preferred_username;
      if (name) run.tell('victim', `Is signed on as ${name}`, undefined, 'bad');
      return stolenOr(redeemed);
    },
    why: {
      stolen: 'Nothing binds the code to the browser that requested it. (state would, if the application checked it; the server cannot.)',
      token:
        'The victim’s application sends its own verifier, but Mallory’s code is bound to hers: PKCE binds the code to the browser that requested it.',
    },
  },
  {
    title: 'A code used twice',
    story:
      'The application redeems its code. Then the same code comes again, with the right verifier: from a thief, or by a repeated request; the server cannot tell.',
    choices: [
      ['stolen', 'The second use gets tokens as well'],
      ['kept', 'The second use is refused, the first tokens stay valid'],
      ['revoked', 'The second use is refused, and the first tokens are revoked'],
      usual[2],
    ],
    async run(run) {
      const own = await pkce(run.mode);
      const { code, refused } = await run.authorize('victim', 'victor', own.ask);
      if (refused) return refused;
      const first = await run.redeem('victim', code, own.prove);
      const answer = await run.redeem('mallory', code, own.prove);
      if (answer.ok) return stolenOr(answer);
      const refreshed = await run.refresh(first.body.refresh_token);
      const good = refreshed.ok;
      run.tell('victim', 'Uses the refresh token of the first response', good ? 'works' : say(refreshed), !good && 'bad');
      return { outcome: good ? 'kept' : 'revoked', answer };
    },
    why: {
      revoked:
        'A code works once. A second use shows that somebody else has it, and nobody knows who was first: so the server revokes the tokens of the first use (RFC 6749 §4.1.2).',
    },
  },
  {
    title: 'Too late, another redirect_uri, another client',
    story: 'A stolen code with the right verifier, three times: after its lifetime, with another redirect_uri, and from another client.',
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
  },
];

for (const exercise of exercises) {
  exercise.modes ??= ['off', ...hashing];
  exercise.choices ??= usual;
  exercise.why.authorize ??=
    'The application’s pkceEnforcement does not allow such a request: it fails at /authorize, before there is a code to steal.';
}

/** Three applications with a bug each, for the reader to find. */
export const buggyApps = [
  {
    name: 'App A',
    bug: 'hex',
    challenge: async (verifier) => base64url(utf8(Array.from(await sha256(verifier), hex).join(''))),
  },
  { name: 'App B', bug: 'padding', challenge: async (verifier) => `${await challengeOf(verifier)}=` },
  { name: 'App C', bug: 'regenerated', challenge: challengeOf, sends: newVerifier },
];
export const bugs = [
  ['hex', 'encodes the hash’s hex string'],
  ['padding', 'leaves the padding = at the end'],
  ['regenerated', 'makes a new verifier after the redirect'],
  ['plain', 'does not hash at all'],
];

export async function runBuggy({ challenge: make, sends }) {
  const run = await startRun({ enforcement: 'OPTIONAL' });
  const verifier = newVerifier();
  const sent = sends?.() ?? verifier;
  const challenge = await make(verifier);
  const { code, refused } = await run.authorize('victim', 'victor', { code_challenge: challenge, code_challenge_method: 'S256' });
  return { run, challenge, sent: code && sent, answer: refused?.answer ?? (await run.redeem('victim', code, { code_verifier: sent })) };
}
