import { isIP } from 'node:net';

/** A host and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a Redis or Valkey server is found. */
export type RedisPlace =
  | { readonly kind: 'server'; readonly endpoint: Endpoint }
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Endpoint[];
      /** The name under which the sentinels watch the server. */
      readonly master: string;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    };

/** The address of a Redis or Valkey server, read. */
export interface RedisAddress {
  readonly place: RedisPlace;
  readonly isTls: boolean;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database: number;
  /** The address without its passwords, for messages. */
  readonly shown: string;
}

/** What an address cannot be read for: a sentence without its secrets, which says what to write. */
export class AddressProblem {
  constructor(readonly message: string) {}
}

type Form = RedisPlace['kind'];

const schemes: Readonly<Record<string, { readonly form: Form; readonly isTls?: boolean }>> = {
  redis: { form: 'server' },
  valkey: { form: 'server' },
  rediss: { form: 'server', isTls: true },
  valkeys: { form: 'server', isTls: true },
  unix: { form: 'socket' },
  'redis+unix': { form: 'socket' },
  'valkey+unix': { form: 'socket' },
  'redis+sentinel': { form: 'sentinel' },
  'valkey+sentinel': { form: 'sentinel' },
  'rediss+sentinel': { form: 'sentinel', isTls: true },
  'valkeys+sentinel': { form: 'sentinel', isTls: true },
};

/** How each form is written. */
export const addressForms: Readonly<Record<Form, string>> = {
  server: 'redis://USER:PASSWORD@HOST:6379/0',
  socket: 'redis+unix:///PATH?db=0',
  sentinel: 'redis+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/NAME/0',
};

/** The parameters of each form. */
const parameters: Readonly<Record<Form, readonly string[]>> = {
  server: [],
  socket: ['db'],
  sentinel: ['sentinel_username', 'sentinel_password'],
};

const hostName = /^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/;

class Unreadable extends Error {}

const refuse = (message: string): never => {
  throw new Unreadable(message);
};

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(`has a ${name} with a % that begins no character; write % as %25`);
  }
}

function readEndpoint(text: string, usualPort: number, form: Form): Endpoint {
  const [, bracketed, name = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === '') return refuse(`names no host; write ${addressForms[form]}`);
  if (bracketed === undefined ? !hostName.test(host) : isIP(host) !== 6)
    return refuse(
      `has a host that is neither a name nor an IP address; write ${addressForms[form]}, and / @ : in a password as %2F %40 %3A`,
    );
  if (port === undefined) return { host, port: usualPort };
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    return refuse('has a port that is not a number from 1 to 65535');
  return { host, port: Number(port) };
}

function readDatabase(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : refuse('has a database that is not a number, such as 0');
}

function readParameters(text: string | undefined, form: Form): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const pair of text === undefined || text === '' ? [] : text.split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    if (parameters[form].includes(name)) read.set(name, decode(value, name));
    else refuse(`has a parameter that is not known here; ${parameters[form].join(' and ') || 'none'} can follow the ?`);
  }
  return read;
}

function readPlace(form: Form, rest: string, query: ReadonlyMap<string, string>): { place: RedisPlace; database: number } {
  if (form === 'socket') {
    if (!rest.startsWith('/') || rest === '/') refuse(`names no socket; write its whole path, as in ${addressForms.socket}`);
    return { place: { kind: 'socket', path: decode(rest, 'path') }, database: readDatabase(query.get('db')) };
  }
  const [hosts = '', ...path] = rest.split('/');
  if (form === 'server') {
    if (path.length > 1) refuse(`has more than a database after the host; write ${addressForms.server}`);
    return { place: { kind: 'server', endpoint: readEndpoint(hosts, 6379, form) }, database: readDatabase(path[0]) };
  }
  const [master = '', database, ...more] = path;
  if (master === '' || more.length > 0) refuse(`has no name for the server that the sentinels watch; write ${addressForms.sentinel}`);
  const sentinels = hosts.split(',').map((each) => readEndpoint(each, 26_379, form));
  const [username, password] = [query.get('sentinel_username'), query.get('sentinel_password')];
  return { place: { kind: 'sentinel', sentinels, master: decode(master, 'name'), username, password }, database: readDatabase(database) };
}

function read(text: string): RedisAddress {
  const [, scheme = '', user, rest = '', query, fragment] =
    /^([^:/?#]*):\/\/(?:([^/?#]*)@)?([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(text) ?? refuse(`is not an address; write ${addressForms.server}`);
  const { form, isTls = false } =
    (Object.hasOwn(schemes, scheme.toLowerCase()) && schemes[scheme.toLowerCase()]) ||
    refuse(`has a scheme that is not known here; write redis:// or, with TLS, rediss://`);
  if (fragment !== undefined) refuse('has a #; write # in a password as %23');
  if (user === undefined && `${rest}${query}`.includes('@')) refuse('has a / or a ? before its @; write them in a password as %2F and %3F');
  const at = user?.indexOf(':') ?? -1;
  const username = user && (at < 0 ? user : user.slice(0, at));
  const password = user && at >= 0 ? user.slice(at + 1) : undefined;
  const given = readParameters(query, form);
  const shownUser = user === undefined ? '' : `${username}${password ? ':***' : ''}@`;
  const shownQuery = Array.from(given, ([name, value]) => `${name}=${name === 'sentinel_password' ? '***' : value}`).join('&');
  return {
    ...readPlace(form, rest, given),
    isTls,
    username: username ? decode(username, 'user') : undefined,
    password: password ? decode(password, 'password') : undefined,
    shown: `${scheme}://${shownUser}${rest}${shownQuery && `?${shownQuery}`}`,
  };
}

/** Reads the address of a Redis or Valkey server. */
export function readRedisAddress(text: string): RedisAddress | AddressProblem {
  try {
    return read(/[\0-\x20\x7f]/.test(text) ? refuse('has a space or a control character; write a space as %20') : text);
  } catch (error) {
    if (error instanceof Unreadable) return new AddressProblem(error.message);
    throw error;
  }
}
