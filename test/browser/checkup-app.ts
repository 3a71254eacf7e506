import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';

const library = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js'),
  'utf8',
);

/** A single-page application with oidc-client-ts, which keeps its tokens in memory. */
const right = (settings: object) => `<script src="/library.js"></script>
<script type="module">
  const { UserManager, WebStorageStateStore, InMemoryWebStorage } = oidc;
  const userStore = new WebStorageStateStore({ store: new InMemoryWebStorage() });
  const manager = new UserManager({ ...${JSON.stringify(settings)}, userStore });
  const says = (text) => { document.querySelector('[role=status]').textContent = text; };
  document.querySelector('button').onclick = () => void manager.signinRedirect();
  if (location.pathname === '/callback')
    manager.signinCallback().then(
      (user) => { says('Signed on as ' + user.profile.sub); document.title = 'Welcome'; history.replaceState(null, '', '/'); },
      (error) => says('Sign-on failed: ' + error.message),
    );
</script>`;

/** One made bad: it takes any callback, looks at nothing of the ID token, and keeps it where every script reads it. */
const bad = ({ authority, client_id, redirect_uri, scope, response_mode }: Settings) => `<script type="module">
  const says = (text) => { document.querySelector('[role=status]').innerHTML = text; };
  const query = new URLSearchParams(location.search || location.hash.slice(1));
  document.querySelector('button').onclick = async () => {
    const verifier = 'a'.repeat(43);
    sessionStorage.setItem('verifier', verifier);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const challenge = btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    location.href = '${authority}/authorize?' + new URLSearchParams({
      client_id: '${client_id}', redirect_uri: '${redirect_uri}', scope: '${scope}', response_type: 'code', state: 'fixed', nonce: 'fixed', response_mode: '${response_mode ?? 'query'}',
      code_challenge: challenge, code_challenge_method: 'S256',
    });
  };
  if (query.has('error')) says(query.get('error_description'));
  if (query.has('code')) {
    const body = new URLSearchParams({
      grant_type: 'authorization_code', client_id: '${client_id}', redirect_uri: '${redirect_uri}',
      code: query.get('code'), code_verifier: sessionStorage.getItem('verifier') ?? 'a'.repeat(43),
    });
    const answer = await fetch('${authority}/token', { method: 'POST', body });
    const { id_token: token, error } = await answer.json().catch(() => ({ error: 'unreadable' }));
    if (!token) says('Sign-on failed: ' + error);
    else {
      localStorage.setItem('token', token);
      history.replaceState(null, '', '/#token=' + token);
      says('Signed on as alice');
    }
  }
</script>`;

interface Settings {
  readonly authority: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scope: string;
  readonly response_mode?: string;
}

/** Starts one of the two; \`made\` is called with its address, for the settings. */
export async function startApp(
  t: Test,
  kind: 'right' | 'bad',
  settings: (home: string) => Settings & Record<string, unknown>,
): Promise<string> {
  let html = '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/library.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html', connection: 'close' });
    response.end(isScript ? library : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const page = kind === 'right' ? right(settings(home)) : bad(settings(home));
  html = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Shop</title><p role="status">Nobody</p><button>Sign on</button>${page}`;
  return home;
}
