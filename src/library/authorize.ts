import type { Random } from '../lib/random.js';
import { s256 } from '../protocol/pkce.js';
import { expectJson } from './calls.js';
import { MockError } from './mock-error.js';
import type { Transport } from './transport.js';
import type { App, AuthorizedFlow, AuthorizeOptions, TokenAnswer, User } from './types.js';

interface Client {
  readonly transport: Transport;
  readonly issuer: string;
  readonly random: Random;
  findApp(idOrName: string | undefined): Promise<App>;
  findUser(idOrName: string | undefined): Promise<Pick<User, 'id'>>;
  signOn(authorizeUrl: string, user: { readonly id: string }): Promise<string>;
}

const named = (given: string | { readonly id: string } | undefined): string | undefined => (typeof given === 'object' ? given.id : given);

const withoutUndefined = (members: Readonly<Record<string, string | undefined>>): [string, string][] =>
  Object.entries(members).filter((pair): pair is [string, string] => pair[1] !== undefined);

/** How a client authenticates at the token endpoint, by its own method. */
function credentialsOf({ id, secret = '', tokenEndpointAuthMethod }: App): {
  form: Record<string, string>;
  headers: Record<string, string>;
} {
  if (tokenEndpointAuthMethod === 'CLIENT_SECRET_BASIC')
    return { form: {}, headers: { authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}` } };
  if (tokenEndpointAuthMethod === 'CLIENT_SECRET_POST') return { form: { client_id: id, client_secret: secret }, headers: {} };
  return { form: { client_id: id }, headers: {} };
}

/** Plays the client of a code flow up to the code, as a correct application would. */
export async function authorizeAsClient(client: Client, options: AuthorizeOptions): Promise<AuthorizedFlow> {
  const { transport, issuer } = client;
  const randomText = () => client.random.bytes(32).toString('base64url');
  const { scope = 'openid profile email', pkce = 'S256', state = randomText(), nonce = randomText(), parameters = {} } = options;
  const [app, user] = await Promise.all([client.findApp(named(options.app)), client.findUser(named(options.user))]);
  const redirectUri = options.redirectUri ?? app.redirectUris?.[0];
  if (redirectUri === undefined)
    throw new MockError(`the application ${app.name} has no redirect URI`, {
      code: 'no_redirect_uri',
      fix: 'give it one: apps.create({ redirectUris: [...] })',
    });
  const verifier = pkce === false ? '' : randomText();
  const challenge = pkce === false ? {} : { code_challenge: pkce === 'S256' ? s256(verifier) : verifier, code_challenge_method: pkce };
  const asked = { response_type: 'code', client_id: app.id, redirect_uri: redirectUri, scope, state, nonce, ...challenge, ...parameters };
  const authorizeUrl = `${issuer}/authorize?${new URLSearchParams(withoutUndefined(asked))}`;
  const callback = await client.signOn(authorizeUrl, user);
  const query = new URLSearchParams(URL.canParse(callback) ? new URL(callback).search : '');
  const code = query.get('code');
  const error = query.get('error');
  if (code === null)
    throw new MockError(
      error === null ? `authorize: the callback has no code: ${callback}` : `authorize: ${error}: ${query.get('error_description')}`,
      {
        code: error ?? 'no_code',
        status: 302,
        body: Object.fromEntries(query),
      },
    );

  const redeem = async (form: Readonly<Record<string, string | undefined>> = {}): Promise<TokenAnswer> => {
    const { form: own, headers } = credentialsOf(app);
    const sent = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      ...(pkce !== false && { code_verifier: verifier }),
      ...own,
      ...form,
    };
    const answer = await transport.send({
      method: 'POST',
      path: `${new URL(issuer).pathname}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(withoutUndefined(sent)).toString(),
    });
    const tokens = expectJson(answer, 'the token endpoint');
    if (typeof tokens === 'object' && tokens !== null) return tokens as TokenAnswer;
    throw new MockError(`the token endpoint: status ${answer.status} without tokens`, {
      code: 'answer_empty',
      status: answer.status,
      fix: 'an injected fault may have hit this request',
    });
  };
  return { code, verifier, state, nonce, authorizeUrl, callback, redirectUri, redeem };
}
