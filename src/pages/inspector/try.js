/** The built-in demo client: authorization code with PKCE, done by this page as an application does it. */
import { api, button, h, root } from './dom.js';
import { challengeOf, newVerifier } from './sha256.js';

const kept = 'pingone-mock demo';

/** Step one: make verifier and challenge, keep the verifier, go to /authorize. */
export async function tryIt() {
  const lab = await api.send('POST', 'lab');
  const [verifier, state, nonce] = [newVerifier(), newVerifier(), newVerifier()];
  sessionStorage.setItem(
    kept,
    JSON.stringify({ verifier, state, nonce, issuer: lab.issuer, redirectUri: lab.redirectUri, clientId: lab.applications.demo.id }),
  );
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: lab.applications.demo.id,
    redirect_uri: lab.redirectUri,
    scope: 'openid profile email',
    state,
    nonce,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  });
  location.assign(`${lab.issuer}/authorize?${query}`);
}

/** What was kept for the way back; it is good once. */
export function takeKept() {
  const text = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return text === null ? undefined : JSON.parse(text);
}

/** Asks before everything that was made since the start is forgotten. */
export function confirmReset() {
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'reset-title', onclose: () => dialog.remove() },
    h('h2', { id: 'reset-title' }, 'Reset to the seed?'),
    h(
      'p',
      'Users, applications, sessions, tokens and transactions that were made since the start are forgotten, and the clock is set right.',
    ),
    h(
      'div.row',
      button(
        'Reset',
        async () => {
          await api.send('POST', 'reset');
          location.assign(root);
        },
        { look: 'solid' },
      ),
      button('Cancel', () => dialog.close()),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
