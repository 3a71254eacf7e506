/** The redirect URI of the mock's own clients: of the demo, which redeems the code here, and of the playground. */
import { fill, h, parameters, root, show, solid } from './dom.js';
import { keep, readKept } from './playground-address.js';
import { decode, tokenView } from './token.js';
import { takeKept, tryIt } from './try.js';

const failure = (title, ...rest) => [h('h1', title), h('div.problem', rest), h('p', solid('Try again', tryIt))];

/** The response, in the query or in the fragment. */
const answerOf = () => ({ ...Object.fromEntries(parameters), ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) });

/** Hands the answer to the playground, if it is waiting for one in this tab. The playground only shows it. */
function handOver() {
  const session = readKept();
  if (!session.sent || session.answer) return false;
  keep({ ...session, answer: answerOf() });
  location.replace(new URL(`playground${session.address ?? ''}`, root));
  return true;
}

async function callback(main) {
  const page = h('div.page', h('h1', 'Redeeming the code…'));
  main.append(page);
  const kept = takeKept();
  const [code, state, error] = ['code', 'state', 'error'].map((name) => parameters.get(name));
  if ((!kept || state !== kept.state) && handOver()) return;
  // Keeps the code out of the browser's history.
  history.replaceState(null, '', location.pathname);
  if (!kept)
    return fill(
      page,
      ...failure(
        'There is no sign-on to finish',
        h('p', 'This tab has no verifier: the sign-on began in another tab, or the page was loaded twice.'),
      ),
    );
  if (state !== kept.state)
    return fill(page, ...failure('state does not match', h('p', 'This response belongs to another request: a client must stop here.')));
  if (error) return fill(page, ...failure(`The server returned ${error}`, h('p', parameters.get('error_description'))));
  const form = {
    grant_type: 'authorization_code',
    client_id: kept.clientId,
    code,
    redirect_uri: kept.redirectUri,
    code_verifier: kept.verifier,
  };
  const response = await fetch(`${kept.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const body = await response.json();
  const more = h(
    'p.row',
    solid('Try again', tryIt),
    h('a.quiet', { href: new URL('live', root) }, 'See what the server saw'),
    h('a.quiet', { href: new URL('playground', root) }, 'Choose everything yourself: the playground'),
  );
  if (!response.ok) return fill(page, ...failure(`Refused: ${body.error}`, h('p', body.error_description)));
  // The server's time: a test may have changed its clock.
  const now = decode(body.id_token).payload.iat * 1000;
  fill(
    page,
    h('h1', 'Signed on, with PKCE'),
    h('p.lead', 'The page first sent only the hash of its verifier; it sent the verifier itself with the code.'),
    more,
    tokenView('ID token', body.id_token, now),
    tokenView('Access token', body.access_token, now),
  );
}

show(callback);
