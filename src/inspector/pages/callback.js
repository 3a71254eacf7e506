/** The redirect URI of the demo client: it checks state, redeems the code, and shows what it got. */
import { fill, h, parameters, root, solid } from './dom.js';
import { decode, tokenView } from './token.js';
import { takeKept, tryIt } from './try.js';

const failure = (title, ...rest) => [h('h1', title), h('div.problem', rest), h('p', solid('Try again', tryIt))];

export async function callback(main) {
  const page = h('div.page', h('h1', 'Redeeming the code…'));
  main.append(page);
  const kept = takeKept();
  const [code, state, error] = ['code', 'state', 'error'].map((name) => parameters.get(name));
  // The code is in the address, and would stay in the history.
  history.replaceState(null, '', location.pathname);
  if (!kept)
    return fill(
      page,
      ...failure(
        'This page waits for the demo client',
        h('p', 'No verifier in this tab: the sign-on began in another one, or the page was loaded twice.'),
      ),
    );
  if (state !== kept.state)
    return fill(
      page,
      ...failure('state is not the one that was sent', h('p', 'The answer belongs to another request: a client must not go on.')),
    );
  if (error) return fill(page, ...failure(`The server answered: ${error}`, h('p', parameters.get('error_description'))));
  const form = {
    grant_type: 'authorization_code',
    client_id: kept.clientId,
    code,
    redirect_uri: kept.redirectUri,
    code_verifier: kept.verifier,
  };
  const response = await fetch(`${kept.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const body = await response.json();
  const more = h('p.row', solid('Try again', tryIt), h('a.quiet', { href: new URL('live', root) }, 'See what the server saw'));
  if (!response.ok) return fill(page, ...failure(`Refused: ${body.error}`, h('p', body.error_description)));
  // The server's time, which a test may have moved.
  const now = decode(body.id_token).payload.iat * 1000;
  fill(
    page,
    h('h1', 'Signed on, with PKCE'),
    h('p.lead', 'The page showed only the hash of its verifier on the way out, and the verifier itself on the way back.'),
    more,
    tokenView('ID token', body.id_token, now),
    tokenView('Access token', body.access_token, now),
  );
}
