/** Tokens: decoded, explained, verified, and broken on purpose. */
import { announce, api, asTime, button, copyButton, fill, h, inEnvironment, field as labelled, panel, select, show, solid } from './dom.js';
import { expressionPanel } from './expression.js';
import { checkSignature, decode, encode, tokenView } from './token.js';
import { tokensOf } from './transaction.js';

/** Undefined or empty if the token has no signature. */
const flip = (token) => {
  const at = token.lastIndexOf('.') + 1;
  return token[at] && token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
};

/** Changed in this page, so the signature no longer matches. */
const tampered = [
  ['Flip a bit', (token) => flip(token)],
  ['Change sub', (_token, { header, payload, parts }) => encode(header, { ...payload, sub: 'mallory' }, parts[2])],
  ['alg: none', (_token, { header, payload }) => encode({ ...header, alg: 'none' }, payload, '')],
  ['Unknown kid', (_token, { header, payload, parts }) => encode({ ...header, kid: 'unknown-key' }, payload, parts[2])],
];
/** Signed by the server with its own key, but with wrong claims. */
const wrong = [
  ['Expired', 'expired'],
  ['Other audience', 'audience'],
  ['Other issuer', 'issuer'],
  ['Not valid yet', 'not-yet-valid'],
];

/** The environment that a token names, unverified. */
const environmentOf = ({ env, iss }) => env ?? /([^/]+)\/as$/.exec(iss)?.[1];

const kindOf = (token) => {
  const read = decode(token);
  return !read ? 'Token' : read.payload.client_id === undefined ? 'ID token' : 'Access token';
};

async function tokens(main) {
  const field = h('textarea', {
    id: 'token',
    rows: 5,
    spellcheck: false,
    autocomplete: 'off',
    placeholder: 'eyJhbGciOi…',
    oninput: () => draw(),
  });
  const view = h('div.tokens');
  const verdict = h('div', { role: 'status' });
  let turn = 0;
  /** The token without the header name, scheme or quotes that were pasted with it. */
  const given = () => field.value.trim().replace(/^["']?(authorization: *)?(bearer +)?["']?|["',;]+$/gi, '');
  const tell = (ok, text) => fill(verdict, h(`p.outcome.${ok ? 'good' : 'bad'}`, ok ? '✓ ' : ok === null ? '– ' : '✗ ', text));

  const use = (token, said) => {
    if (!token) return;
    field.value = token;
    if (said) announce(said);
    void draw();
  };

  async function draw() {
    const token = given();
    const now = ++turn;
    picks.value = token;
    if (picks.selectedIndex < 0) picks.value = '';
    if (!token) {
      fill(view);
      return fill(verdict);
    }
    const { environment, environments } = await api.get('state');
    const named = environmentOf(decode(token)?.payload ?? {});
    // For another server's token, the default environment's clock is used.
    const known = environments.some(({ id }) => id === named) ? (await api.get(`state?environment=${named}`)).environment : environment;
    if (now !== turn) return;
    fill(view, tokenView(kindOf(token), token, known.now));
    const result = await checkSignature(token, `${known.issuer}/jwks`).catch(({ message }) => ({
      ok: false,
      text: `The keys could not be loaded: ${message}`,
    }));
    if (now === turn) tell(result.ok, result.text);
  }

  const breakLocally = (name, change) =>
    button(name, () => {
      const read = decode(given());
      if (!read) return;
      const changed = change(given(), read);
      if (changed) use(changed, `${name}: the token was changed`);
      else tell(null, 'The token has no signature to change.');
    });
  const breakSigned = (name, invalid) =>
    button(name, async () => {
      const payload = decode(given())?.payload;
      if (!payload) return;
      const { environments } = await api.get('state');
      const environment = environmentOf(payload);
      if (!environments.some(({ id }) => id === environment))
        return tell(false, 'This token does not belong to an environment of this server.');
      const { client_id: client, aud, sub, scope } = payload;
      const body = { sub, client_id: client ?? [aud].flat()[0], scope, invalid, ...(client && aud && { audience: aud }) };
      const made = await api.send('POST', inEnvironment(environment, 'tokens'), JSON.parse(JSON.stringify(body)));
      use(client === undefined ? made.id_token : made.access_token, `${name}: issued by the server`);
    });

  const { transactions } = await api.get('transactions?limit=100');
  const options = transactions.flatMap((transaction) => {
    const { app, user, startedAt } = transaction;
    const name = `${app?.name}, ${user ?? 'no user'}, ${asTime(Date.parse(startedAt))}`;
    return Object.entries(tokensOf(transaction)).flatMap(([kind, token]) => (token && decode(token) ? [[token, `${kind}: ${name}`]] : []));
  });
  const picks = select(
    { id: 'pick', onchange: () => use(picks.value) },
    [['', options.length === 0 ? 'none issued yet' : 'choose one'], ...options.slice(0, 40)],
    options[0]?.[0],
  );
  main.append(
    h(
      'div.page',
      h('h1', 'Tokens'),
      h(
        'p.lead',
        'Paste a token or pick one. Nothing leaves this machine; this page verifies the signature with the server’s public keys.',
      ),
      h(
        'div.columns',
        panel(
          'The token',
          labelled('Recently issued', picks),
          labelled('Token', field),
          h(
            'div.row',
            solid('Issue one for me', async () => {
              const { environment } = await api.get('state');
              const made = await api.send('POST', 'environments/default/tokens', {
                sub: environment.users[0]?.username ?? 'somebody',
                scope: 'openid',
              });
              use(made.id_token ?? made.access_token, 'The server issued a token');
            }),
            copyButton('Copy', given),
          ),
          verdict,
        ),
        panel(
          'Break it, and try it on your API',
          h('p.muted', 'An API must refuse all of these. Changed here, so that the signature does not match:'),
          h(
            'div.row',
            tampered.map(([name, change]) => breakLocally(name, change)),
          ),
          h('p.muted', 'Issued by the server with its real key: only the claims give them away.'),
          h(
            'div.row',
            wrong.map(([name, invalid]) => breakSigned(name, invalid)),
          ),
        ),
      ),
      view,
      expressionPanel(),
    ),
  );
  if (options.length > 0) use(options[0][0]);
}

show(tokens);
