import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createRandom } from '../../lib/random.js';
import { type Members, membersOf } from '../../lib/unknown.js';
import type { Answer, Connection } from './connection.js';
import { evaluated } from './expressions.js';
import { NotAsked } from './not-asked.js';
import { envelope, oauthError } from './observe.js';

export const accessType = 'urn:ietf:params:oauth:token-type:access_token';
export const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** What a run creates things with, and a user who signs on. */
export interface Tools {
  /** The name of what the run makes: letters, digits and dashes. */
  readonly name: string;
  readonly redirectUri: string;
  /** Creates an item, which is removed at the end of the run. `what` names it in messages. */
  make(what: string, path: string, json: object): Promise<Answer>;
  /** Signs the user on, up to a code: at the application, unless the parameters of the authorization request name another. */
  signOn(parameters?: Readonly<Record<string, string | undefined>>): Promise<{ readonly code: string; readonly codeVerifier: string }>;
}

/** A resource with mappings, and an application that gets its tokens in three ways: for itself, for a user, and by exchange. */
export interface ExchangeStage {
  readonly applicationId: string;
  /** The path of the resource's attributes. */
  readonly attributes: string;
  readonly audience: string;
  /** A token request of the application. */
  ask(form: Readonly<Record<string, string>>): Promise<Answer>;
  /** From client credentials, before any fact changed the mappings. */
  readonly own: Answer;
  /** The tokens of a user, who signs on for them once. */
  ofUser(): Promise<Answer>;
  /** The tokens of a user who signs on again, for facts that end them. */
  newOfUser(): Promise<Answer>;
  exchange(form: Readonly<Record<string, string>>): Promise<Answer>;
  introspect(token: string): Promise<Answer>;
  revoke(token: string): Promise<Answer>;
  /** A trusted issuer that is assigned to the application. */
  readonly issuer: Answer;
  readonly issuerBody: Members;
  /** A token of that issuer, which lives for this many seconds. */
  issuerToken(seconds: number): Promise<string>;
}

/** The claims of an access token; undefined if there is none that can be read. */
export function claimsOf({ body }: Answer): Members | undefined {
  try {
    return typeof body.access_token === 'string' ? membersOf(decodeJwt(body.access_token)) : undefined;
  } catch {
    return undefined;
  }
}

/** The ID token of an answer, as if it were the access token, for `claimOrder`; and its claims. */
export function idTokenOf(answer: Answer): Answer & { readonly claims: Members | undefined } {
  const as = { ...answer, body: { ...answer.body, access_token: answer.body.id_token } };
  return { ...as, claims: claimsOf(as) };
}

/** A claim of an access token, as JSON; the refusal if there is no token. */
export function claim(answer: Answer, name: string): string {
  const claims = claimsOf(answer);
  return claims ? (JSON.stringify(claims[name]) ?? 'none') : oauthError(answer);
}

/** The claims in their order, without those of the expressions that are tried. */
export function claimOrder(answer: Answer): string {
  const claims = claimsOf(answer);
  if (!claims) return oauthError(answer);
  return Object.keys(claims)
    .filter((name) => !name.startsWith('verify-'))
    .join(' ');
}

/** Creates all of this, once; it is removed at the end of the run. */
export async function makeExchangeStage(connection: Connection, { make, name, signOn, redirectUri }: Tools): Promise<ExchangeStage> {
  const { ofApi, ofAuth, hide } = connection;
  const idOf = ({ body }: Answer) => String(body.id);
  // PingOne accepts no audience that contains its own name.
  const own = name.slice(-12);
  const audience = `https://${own}.example.com`;
  const resource = await make('resource', '/resources', { name, audience });
  const path = `/resources/${idOf(resource)}`;
  const scope = await make('scope', `${path}/scopes`, { name: `${name}:read` });
  // A refusal here is a separate fact: the claim is not in the token.
  for (const { name: tried, expression } of evaluated)
    await ofApi(`${path}/attributes`, { json: { name: `verify-${tried}`, value: expression } });
  const application = await make('application for exchanges', '/applications', {
    name: `${name}-exchange`,
    enabled: true,
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS', 'TOKEN_EXCHANGE'],
    responseTypes: ['CODE'],
    redirectUris: [redirectUri],
    pkceEnforcement: 'OPTIONAL',
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  });
  const applicationId = idOf(application);
  const applicationPath = `/applications/${applicationId}`;
  const grant = await ofApi(`${applicationPath}/grants`, { json: { resource: { id: idOf(resource) }, scopes: [{ id: idOf(scope) }] } });
  if (grant.status !== 201) throw new NotAsked(`the application of the run could not be granted its scope: ${envelope(grant)}`);
  const { secret } = (await ofApi(`${applicationPath}/secret`)).body;
  if (typeof secret !== 'string') throw new NotAsked('the worker may not read the secret of an application');
  const authorization = `Basic ${Buffer.from(`${applicationId}:${secret}`).toString('base64')}`;
  hide(secret, '{secret}');
  hide(authorization.slice('Basic '.length), '{secret}');

  const ask: ExchangeStage['ask'] = async (form) => {
    const answer = await ofAuth('/as/token', { form, authorization });
    for (const token of [answer.body.access_token, answer.body.id_token]) hide(token, '{token}');
    return answer;
  };
  const ownTokens = await ask({ grant_type: 'client_credentials', scope: `${name}:read` });
  const now = Number(claimsOf(ownTokens)?.iat ?? 0);

  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'verify', use: 'sig', alg: 'RS256' };
  const issuerUrl = `https://issuer.${own}.example.com`;
  hide(own, '{name}');
  const issuerBody = { name, issuer: issuerUrl, jwks: JSON.stringify({ keys: [jwk] }), clockSkew: 0 };
  const issuer = await make('trusted issuer', '/trustedIssuers', issuerBody);
  await ofApi(`${applicationPath}/trustedIssuerAssignments`, { json: { trustedIssuer: { id: idOf(issuer) } } });
  const random = createRandom();

  let tokens: Promise<Answer> | undefined;
  const newOfUser = async (): Promise<Answer> => {
    const { code, codeVerifier } = await signOn({ client_id: applicationId, scope: `openid ${name}:read` });
    return ask({ grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: redirectUri });
  };

  return {
    applicationId,
    attributes: `${path}/attributes`,
    audience,
    ask,
    own: ownTokens,
    ofUser: () => {
      tokens ??= newOfUser();
      return tokens;
    },
    newOfUser,
    exchange: (form) => ask({ grant_type: exchangeGrant, subject_token_type: accessType, scope: `${name}:read`, ...form }),
    introspect: (token) => ofAuth('/as/introspect', { form: { token }, authorization }),
    revoke: (token) => ofAuth('/as/revoke', { form: { token }, authorization }),
    issuer,
    issuerBody,
    issuerToken: (seconds) =>
      new SignJWT({ may_act: { sub: applicationId } })
        .setProtectedHeader({ alg: 'RS256', kid: 'verify' })
        .setIssuer(issuerUrl)
        .setSubject('verify')
        .setJti(random.uuid())
        .setIssuedAt(now - 60)
        .setExpirationTime(now + seconds)
        .sign(privateKey),
  };
}
