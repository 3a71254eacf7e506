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
  const withoutEnvironment = /^\/as(\/|$)/.test(path);
  const asked = path.slice(1).replace(/^(?!as(\/|$))[^/]*\//, '');
  const close = nearest(asked, paths);
  const example = `/${environments[0]?.id ?? '{environmentId}'}/${close ?? 'as/authorize'}`;
  return {
    code: 'unknown_path',
    title: withoutEnvironment ? 'The path lacks the environment’s id' : `There is no path /${asked.slice(0, 120)}`,
    why: withoutEnvironment
      ? 'Each environment has an issuer of its own: its id comes before /as.'
      : 'PingOne’s gateway knows no such path, and answers before any service of PingOne’s does. Read the endpoints from the discovery document rather than writing them down.',
    fix: `The nearest path is ${example}.`,
    confidence: withoutEnvironment ? 'exact' : 'possible',
  };
}
