/** A code of a federated sign-on goes to the wrong provider (RFC 9700 §4.4). */
import { api, inEnvironment } from './dom.js';
import { act, ask, authorizeQuery, passwordOf, post, say, transactionOfRun } from './lab-run.js';
import { newVerifier } from './pkce.js';
import { decode } from './token.js';

/** The newest request to an endpoint of an environment, from the journal; undefined if there is none. */
const received = async ({ environmentId }, endpoint) =>
  (await api.get(inEnvironment(environmentId, `requests?endpoint=${endpoint}&limit=1`))).requests[0];

/** A navigation of the victim's browser, with its cookies; it follows all redirects. */
const browse = (url) => fetch(url, { credentials: 'same-origin', cache: 'no-store' });

/** How the shop answered at its callback, from the journal, and the check that refused. */
async function refusalOf(run) {
  const { requests } = await api.get(inEnvironment(run.lab.environmentId, 'requests'));
  const { answer } = requests.findLast(({ url }) => url.includes('/rp/callback/'));
  const { steps } = await transactionOfRun(run);
  const check = steps.flatMap(({ checks }) => checks).findLast(({ ok }) => !ok);
  return { answer: { status: answer.status, body: { location: answer.headers.location } }, check };
}

/** Signs on at the honest provider with what Mallory passed on; returns its code. */
async function signOnAtHonest({ lab, tell }, { state, nonce, code_challenge: challenge }, withIss) {
  const { clientId, callback, providers } = lab.shop;
  const { honest } = providers;
  const own = { state, nonce, ...(challenge && { code_challenge: challenge, code_challenge_method: 'S256' }), redirect_uri: callback };
  const begun = await ask(`${honest.issuer}/authorize?${authorizeQuery(lab, clientId, own)}`);
  await act(honest, begun.body.id, 'usernamePassword.check', passwordOf(lab, 'victor'));
  const done = await ask(`${honest.issuer}/resume?flowId=${begun.body.id}`);
  const code = done.body.authorizeResponse?.code;
  if (!code) throw new Error(`the honest provider gave no code: ${say(done)}`);
  tell('victim', 'Signs on at the honest provider, as always');
  tell('server', 'Honest provider: issues a code for victor', `code=${code}${withIss ? `\niss=${honest.issuer}` : '\nno iss'}`);
  return new URLSearchParams({ code, state, ...(withIss && { iss: honest.issuer }) });
}

async function run(run) {
  const { lab, chosen, tell } = run;
  const { shop } = lab;
  const { honest, mallory } = shop.providers;
  run.mark = newVerifier();
  const asked = { client_id: lab.applications.OPTIONAL.id, redirect_uri: lab.redirectUri, state: run.mark };
  const flow = (await ask(`${lab.issuer}/authorize?${authorizeQuery(lab, asked.client_id, asked)}`)).body;
  const offered = flow._embedded.socialProviders.find(({ name }) => name.startsWith('Mallory'));
  tell('victim', 'Opens the shop, and goes on with “Mallory’s provider”');
  await browse(offered._links.authenticate.href);
  const { query } = await received(mallory, 'authorize');
  const challenge = query.code_challenge ? `code_challenge=${query.code_challenge}` : 'no code_challenge';
  tell('server', 'Shop: sends the browser to Mallory’s provider', `state=${query.state}\n${challenge}`);
  tell('mallory', 'Her provider sends the browser on to the honest one, with all that the shop sent', `client_id=${shop.clientId}`, 'bad');
  const back = await signOnAtHonest(run, query, chosen.iss === 'present');
  tell('victim', 'The browser brings the code back to the shop', 'GET /rp/callback/openid_connect');
  await browse(`${shop.callback}?${back}`);
  const redeemed = await received(mallory, 'token');
  if (!redeemed) {
    const { answer, check } = await refusalOf(run);
    const compared = check && `${check.rule}\nexpected ${check.expected}\ngot ${check.got}`;
    tell('server', 'Shop: refuses the answer, and sends the code nowhere', compared, 'good', answer);
    return { outcome: 'callback', answer };
  }
  const { code, code_verifier: verifier } = redeemed.form;
  if (code !== back.get('code'))
    throw new Error('this server hides secrets in its record (PINGONE_MOCK_HIDE_SECRETS): Mallory cannot read the code there');
  tell('server', 'Shop: brings the code to the /token of Mallory’s provider', verifier ? `code_verifier=${verifier}` : 'no code_verifier');
  tell('mallory', 'Reads it in the record of her own server', `code=${code}`, 'bad');
  const sent = { client_id: shop.clientId, redirect_uri: shop.callback, code, ...(verifier && { code_verifier: verifier }) };
  tell('mallory', 'POST /token at the honest provider', verifier ? 'with the code and the shop’s verifier' : 'with the code');
  const answer = await post(`${honest.issuer}/token`, { grant_type: 'authorization_code', ...sent });
  const name = answer.ok && decode(answer.body.id_token)?.payload.preferred_username;
  if (answer.ok) {
    tell('server', 'Honest provider: issues tokens', `200 access_token, id_token of ${name}`, 'bad', answer);
    // The run shows the transaction of the theft: the one at the provider whose tokens Mallory got.
    Object.assign(run, { mark: query.state, shown: honest });
  } else tell('server', 'Honest provider: refused at /token', say(answer), 'good', answer);
  return { outcome: answer.ok ? 'stolen' : 'token', answer };
}

export const mixUp = {
  id: 'mix-up',
  title: 'Mix-up of two identity providers',
  story:
    'A shop lets people sign on at two identity providers. Victor’s account is at the honest one; the other belongs to Mallory. Her provider does not ask for a password: it sends Victor’s browser on to the honest provider. The shop still believes that it waits for Mallory’s.',
  words: ['identity provider', 'state', 'code', 'verifier', 'iss'],
  switches: [
    {
      key: 'pkce',
      legend: 'PKCE between the shop and its providers',
      short: 'PKCE',
      options: [
        ['off', 'Off'],
        ['S256', 'S256'],
      ],
    },
    {
      key: 'iss',
      legend: 'iss in the answer of the honest provider (RFC 9207)',
      short: 'iss',
      options: [
        ['absent', 'absent'],
        ['present', 'present'],
      ],
    },
  ],
  scene: () => 'mix-up',
  setUp: ({ pkce }) => ({ pkceMethod: pkce === 'S256' ? 'S256' : 'NONE' }),
  actors: { victim: 'Victor’s browser', server: 'Shop and honest provider', mallory: 'Mallory’s provider' },
  choices: [
    ['stolen', 'Mallory gets tokens'],
    ['token', 'Refused at /token of the honest provider'],
    ['callback', 'Refused by the shop, before it sends the code anywhere'],
  ],
  played:
    'The shop and both providers are environments of this mock, and their answers are real. This page plays the browser, and the redirect of Mallory’s provider. PingOne is not documented to send iss: with “present”, this page adds it to the redirect, as RFC 9207 asks of a provider.',
  run,
  why: {
    stolen: ({ pkce }) =>
      `The shop took Mallory’s provider for the issuer of the code, and sent the code there.${
        pkce === 'off' ? '' : ' It handed over the verifier as well, so PKCE does not help.'
      } Nothing in the answer said who had issued the code.`,
    callback:
      'The answer says who issued it: iss names the honest provider, and the shop waits for Mallory’s. It stops there, and neither the code nor the verifier leaves it.',
  },
};
