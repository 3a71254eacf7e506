import { nearest } from '../../lib/nearest.js';
import type { Named } from './client.js';
import type { Diagnosis } from './diagnosis.js';

export interface Unrouted {
  readonly method: string;
  /** The path as it was sent, without its query. */
  readonly path: string;
  /** The methods that this path accepts; none if there is no such path. */
  readonly allowed: readonly string[];
  /** The paths of the authorization server, without the environment: `as/authorize`. */
  readonly paths: readonly string[];
  readonly environments: readonly Named[];
}

/** Why a request reached no endpoint of the authorization server. */
export function diagnoseUnrouted({ method, path, allowed, paths, environments }: Unrouted): Diagnosis {
  if (allowed.length > 0)
    return {
      code: 'method_not_allowed',
      title: `${method} is not a method of ${path.slice(0, 120)}`,
      why: `This path takes ${allowed.join(' and ')}. A redirect that is followed turns a POST into a GET; a link or the address bar sends a GET as well.`,
      fix: `Send ${allowed[0]}.`,
      confidence: 'exact',
    };
  return diagnoseAddress(path, environments) ?? diagnoseUnknownPath(path, paths, environments);
}

/** Addresses that are put together wrongly, in the order in which they are tried. */
function diagnoseAddress(path: string, environments: readonly Named[]): Diagnosis | undefined {
  const environmentOf = (id: string | undefined): string =>
    environments.find((each) => each.id === id)?.id ?? environments[0]?.id ?? '{environmentId}';
  if (path.includes('//'))
    return {
      code: 'path_two_slashes',
      title: 'The path has two slashes in a row',
      why: 'A base URL that ends in / was put before a path that begins with /. Neither PingOne nor the mock treats two slashes as one.',
      fix: `Remove the slash at the end of the base URL. The path without it is ${path.replaceAll(/\/{2,}/g, '/').slice(0, 200)}.`,
      confidence: 'exact',
    };
  const [, apiEnvironment, apiPath] = /^\/v1\/environments\/([^/]+)\/(as(?:\/.*)?)$/.exec(path) ?? [];
  if (apiPath !== undefined)
    return {
      code: 'auth_path_on_api',
      title: 'The request looks for the authorization server below the path of the management API',
      why: 'They are separate servers: api.pingone.com has /v1/environments/{environmentId}, auth.pingone.com has /{environmentId}/as. PingOne’s gateway answers 403 here, whatever the token.',
      fix: `Use /${environmentOf(apiEnvironment)}/${apiPath.slice(0, 120)}. At PingOne its host is auth.pingone.*.`,
      confidence: 'exact',
    };
  const [, v1Environment, v1Path] = /^\/v1\/([^/]+)\/((?:as|flows)(?:\/.*)?)$/.exec(path) ?? [];
  if (v1Path !== undefined)
    return {
      code: 'v1_in_auth_path',
      title: 'The path of the authorization server has /v1 before it',
      why: 'Only the management API has /v1; the authorization server has the environment’s id right after the host.',
      fix: `Leave /v1 out: /${environmentOf(v1Environment)}/${v1Path.slice(0, 120)}.`,
      confidence: 'exact',
    };
  const [, issuer] = /^(.*)\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/.exec(path) ?? [];
  if (issuer === undefined || issuer === '/as') return undefined;
  const environment = environmentOf(issuer.split('/')[1]);
  const isJwks = issuer.endsWith('/as/jwks');
  return {
    code: isJwks ? 'issuer_is_jwks_address' : 'issuer_wrong',
    title: isJwks
      ? 'The client uses the address of the keys (jwks) as the issuer'
      : `The client takes ${JSON.stringify(issuer.slice(0, 120))} as the path of the issuer`,
    why: 'A client makes the address of the discovery document by adding /.well-known/openid-configuration to its issuer (OpenID Connect Discovery §4).',
    fix: `Set the issuer (issuer-uri in Spring) to the one that ends in /${environment}/as; its discovery document is /${environment}/as/.well-known/openid-configuration.`,
    confidence: 'exact',
  };
}

function diagnoseUnknownPath(path: string, paths: readonly string[], environments: readonly Named[]): Diagnosis {
  const withoutEnvironment = /^\/as(\/|$)/.test(path);
  const asked = path.slice(1).replace(/^(?!as(\/|$))[^/]*\//, '');
  const close = nearest(asked, paths);
  const example = `/${environments[0]?.id ?? '{environmentId}'}/${close ?? 'as/authorize'}`;
  return {
    code: 'unknown_path',
    title: withoutEnvironment ? 'The path lacks the environment’s id' : `There is no path /${asked.slice(0, 120)}`,
    why: withoutEnvironment
      ? 'Each environment has its own issuer: its id comes before /as.'
      : 'PingOne’s gateway does not know this path, and answers before the request reaches any PingOne service. Read the endpoints from the discovery document instead of hard-coding them.',
    fix: `The nearest path is ${example}.`,
    confidence: withoutEnvironment ? 'exact' : 'possible',
  };
}
