import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../../environment/context.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import { hostNameOf } from '../../lib/origin.js';
import { membersOf } from '../../lib/unknown.js';
import { roleOfHost } from '../../pingone/hosts.js';
import { typeRow } from './provider-types.js';

/** How a person signs on at a provider. */
export type Way = OAuthWay | { readonly kind: 'page' };

interface OAuthWay {
  readonly kind: 'oauth';
  /** Where the browser is sent. */
  readonly authorization: string;
  readonly token: string;
  readonly userInfo?: string | undefined;
  readonly scope: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' | 'CLIENT_SECRET_POST' | 'NONE';
  readonly sendsChallenge: boolean;
  /** What its ID tokens have to be; undefined for a provider that has none. */
  readonly idTokens?: { readonly issuer: string; readonly keys: string } | undefined;
}

/** The setting's value for the page on which a person says who they are. */
export const somebody = 'someone-else';
/** The setting's value for the real service of a type. */
const real = 'real';

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/;

/** Whether two origins are one server of this machine, by whichever of its names. */
const isSameOrigin = (one: string, other: string): boolean => one === other || one.replace(loopback, '') === other.replace(loopback, '');

/** Where an address leads on this server: to an environment, and to which path below it. */
export interface OwnAddress {
  readonly environment: Environment;
  readonly path: string;
}

/**
 * An address that is one of this server's environments: by the origin of this request, or by PingOne's. That provider is
 * played here, under whatever name the browser knows this server, and without the network.
 */
export function ownAddress(context: Context, request: FastifyRequest, address: string): OwnAddress | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname, search } = new URL(address);
  const base = new URL(context.origin(request));
  const isOwn = roleOfHost(hostNameOf(origin)) === 'auth' || isSameOrigin(origin, base.origin);
  const path = base.pathname === '/' || !pathname.startsWith(base.pathname) ? pathname : pathname.slice(base.pathname.length);
  const [, id = '', ...rest] = path.split('/');
  const environment = isOwn ? context.environments.get(id) : undefined;
  return environment && { environment, path: `/${rest.join('/')}${search}` };
}

/** An address as this request's browser reaches it: one of this server's environments is where the browser is already. */
const reached = (context: Context, request: FastifyRequest, address: string): string => {
  const own = ownAddress(context, request, address);
  return own ? `${context.baseUrl(request, own.environment)}${own.path}` : address;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What plays a provider, if it is not the addresses of its own members: an address, `real`, or the mock's own page. */
const playedBy = ({ settings: { identityProviders } }: Context, { type, playedBy: own }: IdentityProvider): string | undefined => {
  if (typeof own === 'string') return own;
  return identityProviders[type] ?? (type === 'OPENID_CONNECT' ? undefined : somebody);
};

/**
 * How a person signs on at a provider; undefined if there is no way: SAML, a type whose real service the mock cannot use, or
 * an address that browsers must not be sent to.
 */
export function wayTo(context: Context, request: FastifyRequest, provider: IdentityProvider): Way | undefined {
  const way = plannedWay(context, request, provider);
  return way?.kind !== 'oauth' || (/^https?:\/\//i.test(way.authorization) && URL.canParse(way.authorization)) ? way : undefined;
}

function plannedWay(context: Context, request: FastifyRequest, provider: IdentityProvider): Way | undefined {
  const { type } = provider;
  if (type === 'SAML') return undefined;
  const player = playedBy(context, provider);
  if (player === somebody) return { kind: 'page' };
  const row = typeRow(type);
  const members = membersOf(provider);
  const client = { clientId: text(members.clientId ?? members.appId), clientSecret: text(members.clientSecret ?? members.appSecret) };
  if (!row) return openIdConnectWay(context, request, members, client, player);
  const addresses = player === real ? row.real : endpointsAt(player ?? '');
  if (!addresses) return undefined;
  return {
    kind: 'oauth',
    ...addresses,
    authorization: reached(context, request, addresses.authorization),
    // A stand-in has to be an OpenID provider.
    scope: player === real ? row.scope : 'openid profile email',
    ...client,
    tokenEndpointAuthMethod: 'CLIENT_SECRET_POST',
    sendsChallenge: false,
  };
}

/** The endpoints below an address, as PingOne, and many a stand-in for other services, names them. */
const endpointsAt = (address: string) => {
  const base = address.replace(/\/+$/, '');
  return { authorization: `${base}/authorize`, token: `${base}/token`, userInfo: `${base}/userinfo` };
};

function openIdConnectWay(
  context: Context,
  request: FastifyRequest,
  members: Readonly<Record<string, unknown>>,
  client: Pick<OAuthWay, 'clientId' | 'clientSecret'>,
  player: string | undefined,
): OAuthWay {
  const scopes = Array.isArray(members.scopes) ? members.scopes.filter((scope) => typeof scope === 'string') : [];
  const { tokenEndpointAuthMethod: method } = members;
  const base = player?.replace(/\/+$/, '');
  const { authorization, token, userInfo } = base
    ? endpointsAt(base)
    : {
        authorization: text(members.authorizationEndpoint),
        token: text(members.tokenEndpoint),
        userInfo: text(members.userInfoEndpoint) || undefined,
      };
  return {
    kind: 'oauth',
    authorization: reached(context, request, authorization),
    token,
    userInfo,
    scope: [...new Set(['openid', ...scopes])].join(' '),
    ...client,
    tokenEndpointAuthMethod: method === 'CLIENT_SECRET_POST' || method === 'NONE' ? method : 'CLIENT_SECRET_BASIC',
    sendsChallenge: members.pkceMethod === 'S256',
    idTokens: { issuer: reached(context, request, base ?? text(members.issuer)), keys: base ? `${base}/jwks` : text(members.jwksEndpoint) },
  };
}
