import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { AddressProblem, addressForms, readRedisAddress } from '../lib/redis-address.js';

/** How the text of a setting is read. `parse` returns undefined if the text is not as expected. */
export interface Kind<T> {
  readonly expected: string;
  /** The value as help shows it. */
  readonly shape: string;
  parse(text: string): T | undefined;
  /** What is wrong with a text, for the message; without it, the message repeats the text. */
  problem?(text: string): string | undefined;
}

const textLike = (expected: string, shape: string): Kind<string> => ({ expected, shape, parse: (text) => text || undefined });

export const anyText = textLike('any text', 'TEXT');
export const file = textLike('the path of a file', 'FILE');
export const folder = textLike('the path of a folder', 'DIR');
export const userName = textLike('a user name', 'USER');

export const wholeNumber = (least: number, most: number): Kind<number> => ({
  expected: `a whole number from ${least} to ${most}`,
  shape: 'N',
  parse(text) {
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= least && value <= most ? value : undefined;
  },
});

/** How many, or `auto` for as many as there are cores. */
export const countOrAuto = (most: number): Kind<number | 'auto'> => ({
  expected: `auto or a whole number from 1 to ${most}`,
  shape: 'N|auto',
  parse: (text) => (text.toLowerCase() === 'auto' ? 'auto' : wholeNumber(1, most).parse(text)),
});

export const choice = <const V extends string>(...values: V[]): Kind<V> => ({
  expected: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
  shape: values.join('|'),
  parse: (text) => values.find((value) => value === text.toLowerCase()),
});

const switches: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  1: true,
  off: false,
  false: false,
  no: false,
  0: false,
};

export const onOrOff: Kind<boolean> = {
  expected: 'on or off',
  shape: 'on|off',
  parse: (text) => (Object.hasOwn(switches, text.toLowerCase()) ? switches[text.toLowerCase()] : undefined),
};

const hostName = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/;

/** A name or an address, without a port; an IPv6 address with or without brackets. */
export const host: Kind<string> = {
  expected: 'a host name or an IP address, without a port',
  shape: 'HOST',
  parse(text) {
    const name = text.toLowerCase().replace(/^\[(.*)\]$/, '$1');
    return isIP(name) || hostName.test(name) ? name : undefined;
  },
};

const split = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');

export const hosts: Kind<readonly string[]> = {
  expected: 'host names, separated by commas',
  shape: 'HOST,…',
  parse(text) {
    const names = split(text).map(host.parse);
    return names.every((name) => name !== undefined) ? names : undefined;
  },
};

/** Host names that a server answers under. Names of other alphabets count as browsers send them. */
export const hostPatterns: Kind<readonly string[]> = {
  expected: 'host names, *.name for all names below one, or * for all, separated by commas',
  shape: 'HOST,…',
  parse(text) {
    const patterns = split(text).map((part) => {
      const [, below = '', name = ''] = /^(\*\.)?(.*)$/.exec(part) ?? [];
      const parsed = host.parse(/\P{ASCII}/u.test(name) && !/[/?#@:\\]/.test(name) ? domainToASCII(name) : name);
      return part === '*' ? part : parsed && below + parsed;
    });
    return patterns.every((pattern) => pattern !== undefined) ? patterns : undefined;
  },
};

/** Origins of pages, as browsers send them; `*` for every origin. */
export const origins: Kind<readonly string[]> = {
  expected: 'origins such as https://app.example.com:8443, or * for all, separated by commas',
  shape: 'ORIGIN,…',
  parse(text) {
    const parsed = split(text).map((part) => {
      if (part === '*') return part;
      if (!/^https?:\/\/[^/?#@*]+\/?$/i.test(part) || !URL.canParse(part)) return undefined;
      return new URL(part).origin;
    });
    return parsed.every((origin) => origin !== undefined) ? parsed : undefined;
  },
};

const isProxy = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};

/** Which proxies to trust: none, all, or these addresses and networks. */
export const trustedProxies: Kind<boolean | readonly string[]> = {
  expected: 'on, off, or IP addresses and networks (10.0.0.0/8), separated by commas',
  shape: 'on|off|ADDRESS,…',
  parse(text) {
    const all = onOrOff.parse(text);
    if (all !== undefined) return all;
    const addresses = split(text);
    return addresses.length > 0 && addresses.every(isProxy) ? addresses : undefined;
  },
};

/** A public base URL, read without a slash at its end. */
export const baseUrl: Kind<string> = {
  expected: 'an http or https URL without query, fragment or user name, such as http://localhost:9400',
  shape: 'URL',
  parse(text) {
    if (/[?#]/.test(text) || !URL.canParse(text)) return undefined;
    const { protocol, origin, pathname, username, password } = new URL(text);
    if ((protocol !== 'http:' && protocol !== 'https:') || username !== '' || password !== '') return undefined;
    return origin + pathname.replace(/\/+$/, '');
  },
};

/** The address of a Redis or Valkey server, with its user, password and database. It may hold a password, so messages do not repeat it. */
export const storeAddress: Kind<string> = {
  expected: `${addressForms.server}, ${addressForms.socket} or ${addressForms.sentinel}`,
  shape: 'URL',
  parse: (text) => (readRedisAddress(text) instanceof AddressProblem ? undefined : text),
  problem(text) {
    const address = readRedisAddress(text);
    return address instanceof AddressProblem ? address.message : undefined;
  },
};

export const storePrefix: Kind<string> = {
  expected: '1 to 50 letters, digits, - and _',
  shape: 'TEXT',
  parse: (text) => (/^[A-Za-z0-9_-]{1,50}$/.test(text) ? text : undefined),
};

export const uuid: Kind<string> = {
  expected: 'a UUID',
  shape: 'UUID',
  parse: (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined),
};

const playedTypes = /^(AMAZON|APPLE|FACEBOOK|GITHUB|GOOGLE|LINKEDIN|LINKEDIN_OIDC|MICROSOFT|OPENID_CONNECT|PAYPAL|TWITTER|YAHOO)$/;

/** Types of identity providers, each with who plays them: the mock's own page, the real service, or an address. */
export const providerAddresses: Kind<Readonly<Record<string, string>>> = {
  expected:
    'types of identity providers, each with someone-else, real or an http(s) address (GOOGLE=http://localhost:9500), separated by commas',
  shape: 'TYPE=ADDRESS,…',
  parse(text) {
    const played = split(text).map((each) => {
      const at = each.indexOf('=');
      const [type, player] = [each.slice(0, at).toUpperCase(), each.slice(at + 1)];
      const address = player === 'someone-else' || player === 'real' ? player : baseUrl.parse(player);
      return at < 0 || address === undefined || !playedTypes.test(type) ? undefined : ([type, address] as const);
    });
    return played.every((each) => each !== undefined) ? Object.fromEntries(played) : undefined;
  },
};

/** Host names, each with the id of its environment; without an id, the first environment. */
export const customDomains: Kind<Readonly<Record<string, string | undefined>>> = {
  expected: 'host names, each with the id of its environment (auth.example.com=UUID), separated by commas',
  shape: 'HOST=UUID,…',
  parse(text) {
    const domains = split(text).map((each) => {
      const [name = '', id, ...more] = each.split('=');
      const wrong = host.parse(name) === undefined || more.length > 0 || (id !== undefined && uuid.parse(id) === undefined);
      return wrong ? undefined : ([host.parse(name) as string, id?.toLowerCase()] as const);
    });
    return domains.every((domain) => domain !== undefined) ? Object.fromEntries(domains) : undefined;
  },
};
