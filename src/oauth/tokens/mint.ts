import { findUserByUsername } from '../../configuration/directory/users.js';
import type { Environment } from '../../environment/context.js';
import type { WrongToken } from '../../environment/faults/registry.js';
import { type Application, policyIdOf } from '../../environment/model/application.js';
import type { Resource } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { authenticationOf, startSession } from '../../environment/sessions.js';
import { forgeToken, signParts, type TokenParts, takeApart } from '../../faults/forge-token.js';
import { words } from '../../protocol/authorization-request.js';
import { halfHash } from '../../protocol/jwt.js';
import { makeAccessToken } from './make.js';

export interface MintInput {
  readonly issuer: string;
  /** The id or the name of a user, whose tokens are then as after a sign-on; anything else becomes the claim as it is. */
  readonly sub?: string | undefined;
  /** The id or the name of an application, or any text. */
  readonly client?: string | undefined;
  readonly scope?: string | undefined;
  readonly audience?: string | readonly string[] | undefined;
  readonly nonce?: string | undefined;
  /** Set in both tokens, over their own; null removes a claim. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly expiresInSeconds?: number | undefined;
  readonly invalid?: WrongToken | undefined;
}

export interface MintedTokens {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope?: string;
  readonly id_token?: string;
}

/** The named application; by default the first one that users sign on to. */
async function applicationOf({ store, record, id: environmentId }: Environment, client: string | undefined): Promise<Application> {
  const applications = (await store.applications.list()).filter(({ grantTypes }) => grantTypes);
  const found =
    client === undefined
      ? (applications.find(({ redirectUris }) => redirectUris) ?? applications[0])
      : applications.find(({ id, name }) => id === client || name === client);
  return (
    found ?? {
      id: client ?? 'pingone-mock',
      environment: { id: environmentId },
      name: client ?? 'pingone-mock',
      enabled: true,
      type: 'CUSTOM_APP',
      protocol: 'OPENID_CONNECT',
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
    }
  );
}

/** The custom resource whose scopes these are. */
async function resourceOf({ store }: Environment, scopes: readonly string[]): Promise<Resource | undefined> {
  for (const name of scopes)
    for (const scope of await store.scopes.find('name', name)) {
      const resource = await store.resources.get(scope.resource.id);
      if (resource?.type === 'CUSTOM') return resource;
    }
  return undefined;
}

const userOf = async (environment: Environment, sub: string | undefined): Promise<User | undefined> =>
  sub === undefined ? undefined : ((await environment.store.users.get(sub)) ?? (await findUserByUsername(environment, sub)));

/** Claims with others set over them; null removes one. */
const over = (payload: Record<string, unknown>, claims: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== undefined && value !== null));

/** Makes tokens without a flow, signed by the environment's key, for tests of an API. A user gets a session with them. */
export async function mintTokens(environment: Environment, input: MintInput): Promise<MintedTokens> {
  const { keys, record } = environment;
  const { issuer, scope, audience, nonce, claims = {}, invalid } = input;
  const application = await applicationOf(environment, input.client);
  const user = await userOf(environment, input.sub);
  const sub = user?.id ?? input.sub;
  const scopes = words(scope);
  const authentication = user && authenticationOf(await startSession(environment, user, undefined, { acr: 'Single_Factor', amr: ['pwd'] }));
  const made = await makeAccessToken(environment, {
    issuer,
    application,
    scopes,
    resource: await resourceOf(environment, scopes),
    authentication,
  });
  const expiresIn = input.expiresInSeconds ?? made.expiresInSeconds;
  const sign = (parts: TokenParts) => (invalid === undefined ? signParts(environment, parts) : forgeToken(environment, parts, invalid));

  const access = takeApart(made.token) as TokenParts;
  const now = access.payload.iat as number;
  access.payload = over(access.payload, {
    exp: now + expiresIn,
    // For a user it is as after a sign-on: the id, or what the resource maps to `sub`.
    ...(!user && sub !== undefined && { sub }),
    ...(audience !== undefined && { aud: typeof audience === 'string' ? [audience] : audience }),
    ...claims,
  });
  const accessToken = await sign(access);
  const response = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(scope !== undefined && { scope }),
  } as const;
  if (sub === undefined) return response;

  const payload = over(
    {
      iss: issuer,
      sub,
      aud: application.id,
      iat: now,
      exp: now + expiresIn,
      acr: 'Single_Factor',
      amr: ['pwd'],
      auth_time: now,
      at_hash: halfHash(accessToken),
      nonce,
      sid: authentication?.sessionId,
      ...(user && { preferred_username: user.username, email: user.email, given_name: user.name?.given, family_name: user.name?.family }),
      env: record.id,
      org: record.organization.id,
      'p1.region': record.region,
    },
    claims,
  );
  const { kid } = keys.ofApplication(application.id, policyIdOf(application));
  return { ...response, id_token: await sign({ header: { kid, alg: 'RS256' }, payload }) };
}
