import { membersOf, parseOwn } from '../../../src/lib/unknown.js';
import { type Does, require } from './checks.js';

/** An identity provider at which the relying party is registered. */
export interface Registration {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

/** What the relying party knows of one. */
export interface Provider extends Registration {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
  readonly jwksUrl: string;
  readonly signOffUrl: string;
}

/** Reads the discovery document. */
export async function discover(registration: Registration, does: Does): Promise<Provider> {
  const answer = await fetch(`${registration.issuer}/.well-known/openid-configuration`);
  require(answer.ok, 'discovery');
  const found = membersOf(parseOwn(await answer.text()));
  if (does('issuer of discovery')) require(found.issuer === registration.issuer, 'issuer of discovery');
  const provider = {
    ...registration,
    issuer: String(found.issuer),
    authorizeUrl: String(found.authorization_endpoint),
    tokenUrl: String(found.token_endpoint),
    userinfoUrl: String(found.userinfo_endpoint),
    jwksUrl: String(found.jwks_uri),
    signOffUrl: String(found.end_session_endpoint),
  };
  const { authorizeUrl, tokenUrl, userinfoUrl, jwksUrl } = provider;
  if (does('endpoints on HTTPS') && registration.issuer.startsWith('https:'))
    require([authorizeUrl, tokenUrl, userinfoUrl, jwksUrl].every((url) => url.startsWith('https:')), 'endpoints on HTTP');
  return provider;
}
