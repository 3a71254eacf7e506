import { sameSecret } from '../lib/same-secret.js';
import { type Check, type Checks, check, need } from './check.js';
import type { Client, ClientAuthenticationMethod } from './client.js';
import type { ClientAssertion } from './client-assertion.js';
import { readJwt } from './jwt.js';

/** Two ways in which a client authenticated at once: a secret in two places, a secret and an assertion, two ids. */
export type SeveralCredentials = 'secrets' | 'assertion' | 'client_ids';

/** The client of a request, and how it authenticates (RFC 6749 §2.3). */
export interface PresentedClient {
  readonly method: ClientAuthenticationMethod;
  readonly clientId: string | undefined;
  /** The secret as clients may mean it: raw, and form-url-decoded. */
  readonly secrets: readonly string[];
  readonly assertion?: ClientAssertion;
  /** Credentials that cannot be read at all. */
  readonly malformed?: true;
  /** Sent in more than one way at once (RFC 6749 §2.3: must not). */
  readonly several?: SeveralCredentials;
}

const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** What a body has beside the credentials of an Authorization header. */
function severalBesideBasic(
  id: string,
  body: { client_id?: string; client_secret?: string; client_assertion?: string },
): SeveralCredentials | undefined {
  if (body.client_secret !== undefined) return 'secrets';
  if (body.client_assertion !== undefined) return 'assertion';
  return body.client_id !== undefined && body.client_id !== id ? 'client_ids' : undefined;
}

/** Reads the client from the Authorization header and the body of a request. */
export function readClient(
  authorization: string | undefined,
  body: { client_id?: string; client_secret?: string; client_assertion?: string; client_assertion_type?: string },
): PresentedClient {
  const basic = /^basic +(\S+) *$/i.exec(authorization ?? '');
  if (/^basic( |$)/i.test(authorization ?? '')) {
    const method = 'client_secret_basic';
    const pair = basic && /^[A-Za-z0-9+/_-]+=*$/.test(basic[1] as string) ? Buffer.from(basic[1] as string, 'base64').toString() : '';
    const colon = pair.indexOf(':');
    if (colon < 0) return { method, clientId: body.client_id, secrets: [], malformed: true };
    const [id, secret] = [formDecoded(pair.slice(0, colon)), pair.slice(colon + 1)];
    const several = severalBesideBasic(id, body);
    return { method, clientId: id, secrets: [secret, formDecoded(secret)], ...(several && { several }) };
  }
  if (body.client_assertion !== undefined) return readAssertion(body.client_assertion, body);
  if (body.client_secret !== undefined) return { method: 'client_secret_post', clientId: body.client_id, secrets: [body.client_secret] };
  return { method: 'none', clientId: body.client_id, secrets: [] };
}

/** The algorithm says which of the two methods this is; the client's id may be in the assertion only (RFC 7523 §3). */
function readAssertion(
  text: string,
  body: { client_id?: string; client_secret?: string; client_assertion_type?: string },
): PresentedClient {
  const jwt = readJwt(text);
  const sub = jwt?.claims.sub;
  return {
    method: jwt?.alg.startsWith('HS') ? 'client_secret_jwt' : 'private_key_jwt',
    clientId: body.client_id ?? (typeof sub === 'string' ? sub : undefined),
    secrets: [],
    assertion: { text, type: body.client_assertion_type, jwt, namedClientId: body.client_id },
    ...(body.client_secret !== undefined && { several: 'assertion' as const }),
  };
}

const assertionMethods: ReadonlySet<string> = new Set(['client_secret_jwt', 'private_key_jwt'] satisfies ClientAuthenticationMethod[]);

/** Whether an assertion decides: the client uses them, and this request authenticates by the client's own method. */
export const mayAssert = (presented: PresentedClient, client: Client | undefined): boolean =>
  client !== undefined &&
  assertionMethods.has(client.authenticationMethod) &&
  presented.method === client.authenticationMethod &&
  !presented.several;

/**
 * Judges a client's authentication: it is known and enabled, and proves itself by its own method, with a valid secret or an
 * assertion, whose own checks were made before.
 */
export function* checkClientAuthentication(
  presented: PresentedClient,
  client: Client | undefined,
  secrets: readonly string[],
  assertionChecks: readonly Check[] = [],
): Checks<Client> {
  yield check('client_credentials_form', !presented.malformed);
  const known = yield* need('client_known', client, { got: presented.clientId ?? 'no client_id' });
  const method = presented.several ? 'several methods at once' : presented.method;
  yield check('client_authentication_method', method === known.authenticationMethod, { expected: known.authenticationMethod, got: method });
  if (assertionMethods.has(known.authenticationMethod)) yield* assertionChecks;
  else if (known.authenticationMethod !== 'none') {
    const right = secrets.some((secret) => presented.secrets.some((shown) => sameSecret(secret, shown)));
    yield check('client_credentials', right);
  }
  yield check('client_enabled', known.enabled);
  return known;
}
