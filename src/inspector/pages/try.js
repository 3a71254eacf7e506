/** The built-in demo client: this page runs the authorization code flow with PKCE, as an application does. */
import { api, h, openDialog, root, solid } from './dom.js';
import { challengeOf, newVerifier } from './pkce.js';

const kept = 'pingone-mock demo';

/** Makes a verifier and its challenge, stores the verifier, and goes to /authorize. */
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

/** What `tryIt` stored, once. */
export function takeKept() {
  const text = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return text === null ? undefined : JSON.parse(text);
}

/** Asks before resetting the server. */
export const confirmReset = () =>
  openDialog(
    'Reset to the seed?',
    h(
      'p',
      'Everything created since the start is deleted: users, applications, sessions, tokens, transactions. The clock returns to real time.',
    ),
    'Cancel',
    solid('Reset', async () => {
      await api.send('POST', 'reset');
      location.assign(root);
    }),
  );
