import { permissionKeysOf } from '../../configuration/application-permissions/contents.js';
import type { Environment } from '../../environment/context.js';
import type { SigningKey } from '../../environment/keys/types.js';
import { type Application, isAfterChange, policyIdOf } from '../../environment/model/application.js';
import type { Resource } from '../../environment/model/configuration.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { toSeconds } from '../../lib/clock.js';
import type { Claims } from '../../pingone/claims.js';
import { pingOneApiAudience } from '../../pingone/predefined.js';
import { halfHash } from '../../protocol/jwt.js';
import { resourceClaims, userClaims } from './claims.js';
import type { MappingRequest } from './mappings.js';

/** An ID token is valid for an hour (docs/fidelity.md, 6.2). */
const idTokenSeconds = 3600;
const accessTokenSeconds = 3600;

/** Two orders of the header were recorded, one for each kind of key (docs/fidelity.md, 6.1). */
const headerOf = ({ kid }: SigningKey, { typ, x5t }: { readonly typ?: string | undefined; readonly x5t?: string | undefined } = {}) =>
  kid === 'default' ? { alg: 'RS256', kid, typ, x5t } : { kid, alg: 'RS256', typ, x5t };

export interface AccessTokenInput {
  readonly issuer: string;
  readonly application: Application;
  readonly scopes: readonly string[];
  /** The resource besides OpenID Connect, which decides the audience and the lifetime. */
  readonly resource?: Resource | undefined;
  /** Further custom resources that the token is for. */
  readonly furtherResources?: readonly Resource[];
  readonly authentication?: Authentication | undefined;
  /** The family that the token is revoked with: `p1.rid`, or `jti` where there is none. By default the token is its own. */
  readonly familyId?: string | undefined;
  /** Whether the token is made from another one (RFC 8693). */
  readonly exchanged?: boolean | undefined;
  /** The request that asks for the token, for attribute mappings. */
  readonly request?: MappingRequest | undefined;
}

/** Whether tokens for a resource show what their user may do by application roles. */
const showsPermissions = ({ applicationPermissionsSettings }: Resource): boolean => applicationPermissionsSettings?.claimEnabled === true;

/**
 * Whether a token has `p1.rid`: those of applications themselves, and those of users whose application gets refresh tokens. It is
 * in no printed token of an application with the code grant alone, nor in an exchanged one (docs/fidelity.md, 6.2).
 */
const showsRid = ({ application, authentication, exchanged }: AccessTokenInput): boolean =>
  exchanged !== true && (authentication === undefined || application.grantTypes?.includes('REFRESH_TOKEN') === true);

export interface IssuedAccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** Makes an access token (docs/fidelity.md, 6.2). */
export async function makeAccessToken(environment: Environment, input: AccessTokenInput): Promise<IssuedAccessToken> {
  const { keys, clock, random, record, store } = environment;
  const { issuer, application, scopes, resource, authentication } = input;
  const now = toSeconds(clock.now());
  const custom = resource?.type === 'CUSTOM' ? resource : undefined;
  const expiresInSeconds = custom?.accessTokenValiditySeconds ?? accessTokenSeconds;
  const user = custom && authentication ? await store.users.get(authentication.userId) : undefined;
  const mapped = custom
    ? await resourceClaims(environment, custom, user, { ...input.request, application })
    : { subject: authentication?.userId, isMapped: false, claims: {} };
  const resources = custom ? [custom, ...(input.furtherResources ?? [])] : [];
  // Looked up only where the token shows them, which few do.
  const permissions =
    authentication && resources.some(showsPermissions) ? await permissionKeysOf(environment, authentication.userId) : undefined;
  const hasRid = showsRid(input);
  const jti = (hasRid ? undefined : input.familyId) ?? random.uuid();
  const changed = isAfterChange(clock.now());
  const own = !changed && (application.type === 'WORKER' || resource?.type === 'PINGONE_API');
  const key = own ? keys.default : keys.ofApplication(application.id, policyIdOf(application));
  // What is undefined is not written.
  const claims: Claims = {
    client_id: application.id,
    iss: issuer,
    jti,
    iat: now,
    exp: now + expiresInSeconds,
    aud: custom ? resources.map(({ audience, name }) => audience ?? name) : [pingOneApiAudience],
    scope: scopes.length > 0 ? scopes.join(' ') : undefined,
    sub: mapped.subject,
    sid: authentication?.sessionId,
    auth_time: authentication && toSeconds(authentication.authenticatedAt),
    acr: authentication?.acr,
  };
  Object.assign(claims, mapped.claims);
  claims.env = record.id;
  claims.org = record.organization.id;
  if (authentication && mapped.isMapped) claims['p1.userId'] = authentication.userId;
  if (permissions) claims['p1.permissions'] = permissions;
  if (hasRid) claims['p1.rid'] = input.familyId ?? jti;
  const header = headerOf(key, {
    typ: application.includeTyp || changed ? 'at+jwt' : undefined,
    x5t: application.includeX5t ? key.x5t : undefined,
  });
  return { token: await key.sign(header, claims), expiresInSeconds };
}

export interface IdTokenInput {
  readonly issuer: string;
  readonly application: Application;
  readonly user: User;
  readonly scopes: readonly string[];
  readonly authentication: Authentication;
  readonly nonce?: string | undefined;
  /** The access token and the code that are returned beside it. */
  readonly accessToken?: string | undefined;
  readonly code?: string | undefined;
  /** The request that asks for the token, for attribute mappings. */
  readonly request?: MappingRequest | undefined;
}

/** Makes an ID token (docs/fidelity.md, 6.3). */
export async function makeIdToken(environment: Environment, input: IdTokenInput): Promise<string> {
  const { keys, clock, record } = environment;
  const { issuer, application, user, scopes, authentication, nonce, accessToken, code, request } = input;
  const now = toSeconds(clock.now());
  const mapped = await userClaims(environment, { application, user, scopes, target: 'idToken', request });
  // What is undefined is not written, and no claim is empty.
  const claims: Claims = {
    iss: issuer,
    sub: mapped.subject,
    aud: application.id,
    iat: now,
    exp: now + idTokenSeconds,
    acr: authentication.acr,
    amr: authentication.amr,
    auth_time: toSeconds(authentication.authenticatedAt),
    at_hash: accessToken === undefined ? undefined : halfHash(accessToken),
    c_hash: code === undefined ? undefined : halfHash(code),
    nonce,
    sid: authentication.sessionId,
  };
  Object.assign(claims, mapped.claims);
  claims.env = record.id;
  claims.org = record.organization.id;
  if (mapped.subject !== user.id) claims['p1.userId'] = user.id;
  claims['p1.region'] = record.region;
  const key = keys.ofApplication(application.id, policyIdOf(application));
  return key.sign(headerOf(key), claims);
}

export interface RefreshTokenClaims {
  readonly sub: string;
  readonly jti: string;
  readonly exp: number;
  readonly sid: string;
  readonly scope: string;
  readonly auth_time: number;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly iss: string;
}

/** Makes a refresh token in the older format, a JWT (docs/fidelity.md, 6.4). */
export const makeJwtRefreshToken = ({ keys }: Environment, claims: RefreshTokenClaims): Promise<string> =>
  keys.default.sign(headerOf(keys.default), claims);
