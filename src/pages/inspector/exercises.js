/** The attacks. Each is a real flow against the real server; what comes out is what the server answered. */
import { api } from './dom.js';
import { base64url, challengeOf, newVerifier, sha256, utf8 } from './sha256.js';
import { decode } from './token.js';

/** Nobody's cookies: victim and attacker are two browsers, and this page is only one. */
const apart = { credentials: 'omit', cache: 'no-store' };

const read = async (response) => ({ ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) });

const post = (url, form) => fetch(url, { ...apart, method: 'POST', body: new URLSearchParams(form) }).then(read);

const pkce = (mode, verifier = newVerifier()) => {
  if (mode === 'off') return { ask: {}, prove: {} };
  const challenge = mode === 'S256' ? challengeOf(verifier) : verifier;
  return { verifier, challenge, ask: { code_challenge: challenge, code_challenge_method: mode }, prove: { code_verifier: verifier } };
};

const say = ({ status, body }) =>
  `${status} ${body.error ?? body.details?.[0]?.code ?? body.code ?? ''}: ${body.error_description ?? body.details?.[0]?.message ?? body.message ?? ''}`;

/** One run: who did what, in order, against which application. */
export async function startRun({ mode, enforcement }) {
  const lab = await api.send('POST', 'lab');
  const app = lab.applications[enforcement];
  const rows = [];
  const tell = (by, text, data, tone) => rows.push({ by, text, data, tone });

  /** Asks for a code, signs on, and comes back: what a browser does. A refusal at /authorize ends it. */
  const authorize = async (by, username, parameters, clientId = app.id) => {
    const asked = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: lab.redirectUri,
      scope: 'openid profile',
      state: newVerifier(),
      ...parameters,
    };
    tell(
      by,
      'GET /authorize',
      parameters.code_challenge
        ? `code_challenge=${parameters.code_challenge} (${parameters.code_challenge_method ?? 'no method'})`
        : 'without a code_challenge',
    );
    // PingOne's pi.flow: the answers come as JSON, so that a page can read them.
    const begun = await fetch(`${lab.issuer}/authorize?${new URLSearchParams({ ...asked, response_mode: 'pi.flow' })}`, apart).then(read);
    if (!begun.ok) {
      tell('server', 'Refused at /authorize', say(begun), 'bad');
      return { answer: begun };
    }
    const { password } = lab.users.find((user) => user.username === username);
    const headers = { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' };
    await fetch(`${lab.baseUrl}/flows/${begun.body.id}`, {
      ...apart,
      method: 'POST',
      headers,
      body: JSON.stringify({ username, password }),
    });
    const done = await fetch(`${lab.issuer}/resume?flowId=${begun.body.id}`, apart).then(read);
    const code = done.body.authorizeResponse?.code;
    if (!code) {
      tell('server', 'No code', say(done), 'bad');
      return { answer: done };
    }
    tell('server', `${parameters.code_challenge ? 'Records the challenge and issues' : 'Issues'} a code, for ${username}`, code);
    return { code };
  };

  const redeem = async (by, code, more = {}) => {
    const form = { grant_type: 'authorization_code', client_id: app.id, redirect_uri: lab.redirectUri, code, ...more };
    tell(
      by,
      'POST /token',
      [
        `code=${code}`,
        more.code_verifier ? `code_verifier=${more.code_verifier}` : 'no code_verifier',
        ...(more.client_id ? [`client_id=${more.client_id}`] : []),
        ...(more.redirect_uri ? [`redirect_uri=${more.redirect_uri}`] : []),
      ].join('\n'),
    );
    const answer = await post(`${lab.issuer}/token`, form);
    tell(
      'server',
      answer.ok ? 'Issues tokens' : 'Refused at /token',
      answer.ok ? '200 access_token, id_token' : say(answer),
      answer.ok ? (by === 'mallory' ? 'bad' : undefined) : 'good',
    );
    return answer;
  };
  return {
    lab,
    app,
    mode,
    enforcement,
    rows,
    tell,
    authorize,
    redeem,
    refresh: (token) => post(`${lab.issuer}/token`, { grant_type: 'refresh_token', client_id: app.id, refresh_token: token }),
  };
}

const stolenOr = (answer) => ({ outcome: answer.ok ? 'stolen' : 'token', answer });
const atAuthorize = ({ answer }) => ({ outcome: 'authorize', answer });

/** The victim signs on as usual; Mallory gets hold of the code. */
async function steal(run) {
  const own = pkce(run.mode);
  const { code, answer } = await run.authorize('victim', 'victor', own.ask);
  if (code) run.tell('mallory', 'Reads the code: from a log, the history, a second app that took the redirect', code, 'bad');
  return { own, code, answer };
}

const usual = [
  ['stolen', 'Mallory gets tokens'],
  ['token', 'Refused at /token'],
  ['authorize', 'Refused at /authorize'],
];
const all = ['off', 'plain', 'S256'];

export const exercises = [
  {
    title: 'A stolen code, and nothing else',
    story: 'Mallory saw the redirect back to the application, and brings the code to /token. She sends no verifier.',
    modes: all,
    async run(run) {
      const { code, answer } = await steal(run);
      return code ? stolenOr(await run.redeem('mallory', code)) : atAuthorize({ answer });
    },
    why: {
      stolen:
        'Without PKCE a code of a public client is as good as the tokens: whoever brings it first gets them. Nothing in the request tells Mallory from the application.',
      token:
        'With a challenge recorded, the code alone is worth nothing: verifier_present failed, and the code is spent. The server compared nothing yet: there was nothing to compare.',
    },
  },
  {
    title: 'A stolen code and a guessed verifier',
    story: 'Mallory knows that a verifier is demanded. She makes one up.',
    modes: ['plain', 'S256'],
    async run(run) {
      const { code, answer } = await steal(run);
      return code ? stolenOr(await run.redeem('mallory', code, { code_verifier: newVerifier() })) : atAuthorize({ answer });
    },
    why: {
      token: 'A verifier has 256 random bits. There is one guess for each code, since a code is spent by its first try, right or wrong.',
      stolen: 'A server that lets this pass does not compare at all.',
    },
  },
  {
    title: 'Mallory saw the challenge as well',
    story:
      'The authorize URL is no secret: it stands in the history, in logs and in referrers. Mallory read the challenge there and sends it as the verifier.',
    modes: ['plain', 'S256'],
    async run(run) {
      const { own, code, answer } = await steal(run);
      if (!code) return atAuthorize({ answer });
      run.tell('mallory', 'Has the authorize URL, and so the challenge', own.challenge, 'bad');
      return stolenOr(await run.redeem('mallory', code, { code_verifier: own.challenge }));
    },
    why: {
      stolen:
        'With plain the challenge is the verifier: who sees the one has the other. That is why plain protects only against a thief who sees nothing but the code.',
      token:
        'The server hashes what she sends: SHA-256 of the challenge is not the challenge. To find the verifier behind it she would have to turn SHA-256 around.',
    },
  },
  {
    title: 'Downgrade: the challenge is stripped',
    story: 'Mallory changes the authorize URL before the victim opens it: she takes code_challenge out. Then she steals the code.',
    modes: all,
    choices: usual,
    async run(run) {
      const own = pkce(run.mode);
      const strip = () => {
        run.tell(
          'victim',
          run.mode === 'off' ? 'Makes an authorize URL without PKCE' : 'Makes an authorize URL with a challenge',
          own.challenge,
        );
        run.tell(
          'mallory',
          run.mode === 'off' ? 'Has nothing to strip' : 'Strips code_challenge and code_challenge_method',
          undefined,
          'bad',
        );
      };
      strip();
      const first = await run.authorize('victim', 'victor', {});
      if (!first.code) return atAuthorize(first);
      run.tell('mallory', 'Reads the code', first.code, 'bad');
      const stolen = await run.redeem('mallory', first.code);
      let noticed;
      if (run.mode !== 'off') {
        run.tell('victim', 'A second time: here the application itself is first, and sends its verifier for the stripped request');
        const second = await run.authorize('victim', 'victor', {});
        noticed = await run.redeem('victim', second.code, own.prove);
      }
      return { ...stolenOr(stolen), answer: noticed ?? stolen, noticed: noticed && !noticed.ok };
    },
    why: {
      stolen:
        'pkceEnforcement OPTIONAL lets a request without a challenge through, so nothing protects its code. What the server can do is to refuse a verifier for a code without a challenge (RFC 9700 §4.8.2), and it does: the application notices, if it comes first.',
      authorize:
        'The application demands PKCE (REQUIRED or S256_REQUIRED), so a request without a challenge never gets a code: the downgrade ends at /authorize.',
    },
  },
  {
    title: 'Downgrade to plain',
    story: 'The victim’s application uses S256. Mallory puts her own text as a plain challenge in its place: she then knows the verifier.',
    modes: ['plain'],
    enforcement: 'S256_REQUIRED',
    async run(run) {
      const [own, hers] = [pkce('S256'), newVerifier()];
      run.tell('victim', 'Makes an authorize URL with S256', own.challenge);
      run.tell('mallory', 'Puts her own plain challenge in its place', hers, 'bad');
      const { code, answer } = await run.authorize('victim', 'victor', { code_challenge: hers, code_challenge_method: 'plain' });
      if (!code) return atAuthorize({ answer });
      run.tell('mallory', 'Reads the code', code, 'bad');
      return stolenOr(await run.redeem('mallory', code, { code_verifier: hers }));
    },
    why: {
      authorize: 'S256_REQUIRED refuses plain at /authorize, before there is a code to steal.',
      stolen:
        'OPTIONAL and REQUIRED take plain as well. Whoever can change the request can replace the challenge by one whose verifier is known. S256_REQUIRED stops this form of it.',
    },
  },
  {
    title: 'Code injection',
    story:
      'Mallory signs on as herself and puts her own code into the victim’s callback. If the victim’s application redeems it, the victim works in Mallory’s account, and what is typed there is hers.',
    modes: all,
    choices: [
      ['stolen', 'The victim is signed on as Mallory'],
      ['token', 'Refused at /token'],
      ['authorize', 'Refused at /authorize'],
    ],
    async run(run) {
      const [hers, own] = [pkce(run.mode), pkce(run.mode)];
      const { code, answer } = await run.authorize('mallory', 'mallory', hers.ask);
      if (!code) return atAuthorize({ answer });
      run.tell('mallory', 'Sends the victim a link to the callback, with her code in it', code, 'bad');
      run.tell('victim', 'Opens the link; the application takes the code for its own');
      const redeemed = await run.redeem('victim', code, own.prove);
      const name = redeemed.ok && decode(redeemed.body.id_token)?.payload.preferred_username;
      if (name) run.tell('victim', `Is signed on as ${name}`, undefined, 'bad');
      return stolenOr(redeemed);
    },
    why: {
      stolen:
        'Nothing ties the code to the browser that asked for it. (state would, if the application checks it; it is the application’s own check, and the server never sees it.)',
      token:
        'The victim’s application proves its own verifier, and Mallory’s code was bound to hers. PKCE ties the code to the browser that began, and the server enforces it.',
    },
  },
  {
    title: 'A code used twice',
    story:
      'The application redeems its code. Then the same code comes again, with the right verifier: a thief, or a repeated request; the server cannot know.',
    modes: all,
    choices: [
      ['stolen', 'The second use gets tokens as well'],
      ['kept', 'The second is refused, the first tokens stay good'],
      ['revoked', 'The second is refused, and the first tokens are revoked'],
      ['authorize', 'Refused at /authorize'],
    ],
    async run(run) {
      const own = pkce(run.mode);
      const { code, answer } = await run.authorize('victim', 'victor', own.ask);
      if (!code) return atAuthorize({ answer });
      const first = await run.redeem('victim', code, own.prove);
      const second = await run.redeem('mallory', code, own.prove);
      if (second.ok) return { outcome: 'stolen', answer: second };
      const refreshed = await run.refresh(first.body.refresh_token);
      run.tell(
        'victim',
        'Uses the refresh token of the first answer',
        refreshed.ok ? 'works' : say(refreshed),
        refreshed.ok ? undefined : 'bad',
      );
      return { outcome: refreshed.ok ? 'kept' : 'revoked', answer: second };
    },
    why: {
      revoked:
        'A code works once. The second use shows that somebody else has it, and who came first is unknown: so the server ends what the first use got (RFC 6749 §4.1.2).',
      kept: 'The second use was refused, but whoever came first keeps the tokens.',
      stolen: 'A server that lets a code be used again gives every thief a second chance.',
    },
  },
  {
    title: 'Late, elsewhere, somebody else',
    story: 'Three times a stolen code with the right verifier: after its lifetime, with another redirect_uri, and from another client.',
    modes: all,
    async run(run) {
      const attempts = [
        [
          'The code’s lifetime goes by: the lab’s clock is moved on',
          () => api.send('PUT', `environments/${run.lab.environmentId}/clock`, { advance: `${run.lab.codeLifetimeSeconds + 1}s` }),
          {},
        ],
        ['Another redirect_uri than at /authorize', undefined, { redirect_uri: 'http://localhost:3000/mallory' }],
        ['Another client: Mallory’s own application', undefined, { client_id: run.lab.applications.mallory.id }],
      ];
      let last;
      for (const [text, prepare, more] of attempts) {
        const { own, code, answer } = await steal(run);
        if (!code) return atAuthorize({ answer });
        run.tell('mallory', text, undefined, 'bad');
        try {
          await prepare?.();
          last = await run.redeem('mallory', code, { ...own.prove, ...more });
        } finally {
          if (prepare) await api.send('DELETE', `environments/${run.lab.environmentId}/clock`);
        }
        if (last.ok) return stolenOr(last);
      }
      return { outcome: 'token', answer: last };
    },
    why: {
      token:
        'A code is bound to a time, to a redirect_uri and to a client, with PKCE or without. These checks are older than PKCE, and they do not stop a thief who is quick and sends the same values.',
      stolen: 'One of the bindings is not checked.',
    },
  },
];

for (const exercise of exercises) {
  exercise.choices ??= usual;
  exercise.why.authorize ??=
    'The application’s pkceEnforcement does not allow this way at all: the victim’s own request is refused at /authorize, and there is no code to steal.';
}

const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Three applications, each with a bug of its own; which, is for the reader to find. */
export const buggyApps = [
  { name: 'App A', bug: 'hex', challenge: (verifier) => base64url(utf8(hexOf(sha256(utf8(verifier))))) },
  { name: 'App B', bug: 'padding', challenge: (verifier) => `${challengeOf(verifier)}=` },
  { name: 'App C', bug: 'regenerated', challenge: challengeOf, sends: newVerifier },
];
export const bugs = [
  ['hex', 'encodes the hex text of the hash'],
  ['padding', 'leaves the padding = at the end'],
  ['regenerated', 'makes a new verifier after the redirect'],
  ['plain', 'does not hash at all'],
];

export async function runBuggy({ challenge, sends }) {
  const run = await startRun({ mode: 'S256', enforcement: 'OPTIONAL' });
  const verifier = newVerifier();
  const sent = sends?.() ?? verifier;
  const { code, answer } = await run.authorize('victim', 'victor', { code_challenge: challenge(verifier), code_challenge_method: 'S256' });
  return {
    run,
    challenge: challenge(verifier),
    verifier,
    sent: code && sent,
    answer: answer ?? (await run.redeem('victim', code, { code_verifier: sent })),
  };
}
