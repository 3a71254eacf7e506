/** A passcode is phished; a passkey refuses the wrong origin. */
import { api, inEnvironment } from './dom.js';
import { act, ask, authorizeQuery, passwordOf, pkce, post, say } from './lab-run.js';
import { base64url, newVerifier } from './pkce.js';

const relyingParty = 'signon.localhost';
/** The origin of Mallory's page: this page's own, unless the lab was opened at the origin that the passkey belongs to. */
const lookAlike = () => (`.${location.hostname}`.endsWith(`.${relyingParty}`) ? 'https://signon-localhost.example' : location.origin);

const bytesOf = (numbers) => Uint8Array.from(numbers, (each) => each & 255);

/** Begins a sign-on with its own PKCE, and takes it past the password. */
async function begin(run, by) {
  const { lab, tell } = run;
  const clientId = lab.applications.S256_REQUIRED.id;
  const own = await pkce('S256');
  run.mark = newVerifier();
  tell(by, 'GET /authorize', `code_challenge=${own.challenge} (S256)`);
  const { body: flow } = await ask(`${lab.issuer}/authorize?${authorizeQuery(lab, clientId, { state: run.mark, ...own.ask })}`);
  const answer = await act(lab, flow.id, 'usernamePassword.check', passwordOf(lab, 'victor'));
  return { flowId: flow.id, own, clientId, answer };
}

/** The sign-on is complete: gets the code, and tokens for it. */
async function finish({ lab, tell }, { flowId, own, clientId }) {
  const done = await ask(`${lab.issuer}/resume?flowId=${flowId}`);
  const code = done.body.authorizeResponse?.code;
  if (!code) throw new Error(`the server gave no code: ${say(done)}`);
  tell('mallory', 'POST /token', 'with her code and her own verifier: she began this sign-on');
  const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: lab.redirectUri, code, ...own.prove };
  const answer = await post(`${lab.issuer}/token`, form);
  if (answer.ok) tell('server', 'Issues tokens', '200 access_token, id_token of victor', 'bad', answer);
  else tell('server', 'Refused at /token', say(answer), 'good', answer);
  return { outcome: answer.ok ? 'stolen' : 'token', answer };
}

/** The victim reads the code that the server sent by e-mail, and types it into Mallory's page. */
async function phishCode(run, signOn) {
  const { lab, tell } = run;
  const { messages } = await api.get(inEnvironment(lab.environmentId, 'outbox?to=victor%40lab.example&wait=5s'));
  const otp = messages.at(-1).code;
  tell('server', 'Sends a passcode by e-mail', 'OTP_REQUIRED');
  tell('victim', 'Reads the e-mail, and types the code into Mallory’s page', otp);
  tell('mallory', 'Passes the code on, seconds later', 'otp.check', 'bad');
  const answer = await act(lab, signOn.flowId, 'otp.check', { otp });
  if (!answer.ok) {
    tell('server', 'Refuses the code', say(answer), 'good', answer);
    return { outcome: 'refused', answer };
  }
  tell('server', 'Accepts the code', answer.body.status, 'bad', answer);
  return finish(run, signOn);
}

/** Asks this browser for the passkey, as Mallory's page would. The real browser answers, and needs no authenticator for that. */
async function askBrowser(challenge) {
  if (!navigator.credentials || !globalThis.PublicKeyCredential) return 'this browser has no passkeys on a page without https';
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 5000);
  try {
    await navigator.credentials.get({ publicKey: { challenge, rpId: relyingParty, timeout: 5000 }, signal: stop.signal });
    return 'it signed';
  } catch ({ name, message }) {
    return stop.signal.aborted ? 'it did not answer within 5 seconds' : `${name}: ${message}`;
  } finally {
    clearTimeout(timer);
  }
}

/** The same passkey signs for a page of this origin, in software: no browser does that. */
async function signAnyway({ lab }, { flowId, answer }, origin) {
  const { challenge } = JSON.parse(answer.body.publicKeyCredentialRequestOptions);
  const text = base64url(bytesOf(challenge));
  const { clientData, assertion } = await api.send('POST', 'lab/passkey', { environmentId: lab.environmentId, origin, challenge: text });
  return { clientData, done: await act(lab, flowId, 'assertion.check', { origin, assertion, compatibility: 'FULL' }) };
}

async function phishPasskey(run, signOn) {
  const { lab, tell } = run;
  const options = JSON.parse(signOn.answer.body.publicKeyCredentialRequestOptions);
  tell('server', `Asks for a passkey of ${options.rpId}`, 'ASSERTION_REQUIRED');
  tell('mallory', 'Shows the request on her page', lookAlike(), 'bad');
  tell('victim', 'This browser, really: may this page use that passkey?', await askBrowser(bytesOf(options.challenge)), 'good');
  tell('mallory', 'Suppose a browser signed all the same', 'a key in software signs, with the origin of her page');
  const { clientData, done } = await signAnyway(run, signOn, lookAlike());
  tell('victim', 'Signs', `clientDataJSON: ${JSON.stringify(clientData)}`);
  const refused = !done.ok;
  if (refused) tell('server', 'Refuses the passkey', say(done), 'good', done);
  else tell('server', 'Accepts the passkey', done.body.status, 'bad', done);
  if (!refused) return finish(run, signOn);
  const { mark } = run;
  const own = await begin(run, 'victim');
  const { done: right } = await signAnyway(run, own, lab.passkey.origin);
  tell('victim', 'Signs on the right page, with the same passkey', `origin ${lab.passkey.origin}`);
  tell(
    'server',
    right.ok ? 'Accepts the passkey' : 'Refuses the passkey',
    right.ok ? right.body.status : say(right),
    right.ok ? 'good' : 'bad',
    right,
  );
  run.mark = mark;
  return { outcome: 'refused', answer: done };
}

async function run(run) {
  const { lab, chosen, tell } = run;
  tell('victim', 'Follows a link to a page that looks right. It is Mallory’s', lookAlike());
  const signOn = await begin(run, 'mallory');
  tell('victim', 'Types name and password into her page');
  tell('mallory', 'Passes both on to the server', 'usernamePassword.check', 'bad');
  if (chosen.factor === 'passcode') return phishCode(run, signOn);
  if (chosen.factor === 'passkey') return phishPasskey(run, signOn);
  const email = signOn.answer.body._embedded.devices.find(({ type }) => type === 'EMAIL');
  tell('server', 'Offers both: the passkey, and a code by e-mail', signOn.answer.body.status);
  tell('mallory', 'Chooses the e-mail in Victor’s place', 'device.select', 'bad');
  await act(lab, signOn.flowId, 'device.select', { device: { id: email.id } });
  return phishCode(run, signOn);
}

export const phishing = {
  id: 'phishing',
  title: 'A phished passcode, and a passkey',
  story:
    'Mallory’s page looks like the sign-on page. What Victor types there, she passes on to the real server at once, in a sign-on that she began herself. The server asks for a second factor.',
  words: ['phishing', 'passcode', 'passkey', 'origin', 'Mallory'],
  switches: [
    {
      key: 'factor',
      legend: 'Victor’s second factor',
      short: '',
      options: [
        ['passcode', 'code by e-mail'],
        ['passkey', 'passkey'],
        ['passkey-or-passcode', 'either of the two'],
      ],
    },
  ],
  scene: ({ factor }) => factor,
  choices: [
    ['stolen', 'Mallory gets tokens'],
    ['refused', 'Refused at the sign-on: there is no code'],
  ],
  played:
    'The server’s answers are real, and so is the answer of your browser, which is asked for a passkey of another site by this very page. Where the run says “suppose”, a key in software signs instead of a browser, because no browser would. This page plays Mallory’s: its origin is the one in clientDataJSON.',
  run,
  why: {
    stolen:
      'A code is only a text: the server cannot know into which page it was typed. PKCE does not help either, because Mallory began the sign-on and has the verifier. If a code is offered beside a passkey, she chooses the code.',
    refused:
      'A passkey belongs to one site. The browser says which page asks, not the person: it does not sign for Mallory’s page. If it did, its signature would contain her origin, and the server would refuse it.',
  },
};
