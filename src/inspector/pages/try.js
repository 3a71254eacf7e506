/** The built-in demo client: authorization code with PKCE, done by this page as an application does it. */
import { api, h, openDialog, root, solid } from './dom.js';
import { challengeOf, newVerifier } from './pkce.js';

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
    code_challenge: await challengeOf(verifier),
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
export const confirmReset = () =>
  openDialog(
    'Reset to the seed?',
    h('p', 'Everything made since the start is forgotten: users, applications, sessions, tokens, transactions. The clock is set right.'),
    'Cancel',
    solid('Reset', async () => {
      await api.send('POST', 'reset');
      location.assign(root);
    }),
  );
