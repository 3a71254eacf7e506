import { nearest } from '../../lib/nearest.js';
import { matchRedirectUri } from '../redirect-uri.js';
import type { Diagnosis } from './diagnosis.js';
import { textDifference } from './text-difference.js';

/** A URI taken apart by its text alone, as it is compared. */
const parts = /^([^:/?#]+:)?(\/\/)?(\[[^\]]*\]|[^/?#:[\]]*)(:\d+)?([^?#]*)(\?[^#]*)?(#.*)?$/s;

const rebuilt = (
  uri: string,
  change: (part: { scheme: string; host: string; port: string; path: string; query: string; fragment: string }) => object,
): string => {
  const [, scheme = '', slashes = '', host = '', port = '', path = '', query = '', fragment = ''] = parts.exec(uri) ?? [undefined, uri];
  const changed = { scheme, host, port, path, query, fragment, ...change({ scheme, host, port, path, query, fragment }) };
  return `${changed.scheme}${slashes}${changed.host}${changed.port}${changed.path}${changed.query}${changed.fragment}`;
};

const decoded = (uri: string): string => {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
};

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/i;
const defaultPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };

interface Row {
  readonly code: string;
  readonly title: string;
  readonly fix: string;
  /** If two URIs are equal after this, they differ in nothing else. */
  without(uri: string): string;
}

/** The ways in which a redirect_uri can be nearly right. The first that explains the whole difference is reported. */
const rows: readonly Row[] = [
  {
    code: 'redirect_uri_white_space',
    title: 'redirect_uri has white space around it',
    fix: 'Trim it where it is read from the configuration.',
    without: (uri) => uri.trim(),
  },
  {
    code: 'redirect_uri_encoded_twice',
    title: 'redirect_uri was percent-encoded twice',
    fix: 'Encode it once: URLSearchParams and most HTTP libraries do it for you.',
    without: decoded,
  },
  {
    code: 'redirect_uri_trailing_slash',
    title: 'redirect_uri differs in its trailing slash',
    fix: 'Write both with the slash, or both without.',
    without: (uri) => rebuilt(uri, ({ path }) => ({ path: path.replace(/\/+$/, '') })),
  },
  {
    code: 'redirect_uri_scheme',
    title: 'redirect_uri differs in its scheme, http or https',
    fix: 'Use the scheme that is registered. Behind a proxy that ends TLS, tell the application its public URL.',
    without: (uri) => rebuilt(uri, ({ scheme }) => (/^https?:$/i.test(scheme) ? { scheme: 'http:' } : {})),
  },
  {
    code: 'redirect_uri_loopback_host',
    title: 'redirect_uri mixes localhost and 127.0.0.1',
    fix: 'They are two hosts, and two origins for cookies and storage too: use one of them everywhere, or register both.',
    without: (uri) => rebuilt(uri, ({ host }) => (loopback.test(host) ? { host: 'localhost', port: '' } : {})),
  },
  {
    code: 'redirect_uri_port',
    title: 'redirect_uri differs in its port',
    fix: 'Register the port that the application listens on. Only a loopback address may use any port (RFC 8252 §7.3).',
    without: (uri) => rebuilt(uri, () => ({ port: '' })),
  },
  {
    code: 'redirect_uri_case',
    title: 'redirect_uri differs in upper and lower case',
    fix: 'Redirect URIs are compared character by character: write it as it is registered.',
    without: (uri) => uri.toLowerCase(),
  },
  {
    code: 'redirect_uri_fragment',
    title: 'redirect_uri has a fragment',
    fix: 'A redirect URI has no fragment (RFC 6749 §3.1.2): remove everything from # on. Use a path instead of a hash route.',
    without: (uri) => rebuilt(uri, () => ({ fragment: '' })),
  },
  {
    code: 'redirect_uri_query',
    title: 'redirect_uri differs in its query',
    fix: 'Put what varies into state, and send the redirect_uri as it is registered.',
    without: (uri) => rebuilt(uri, () => ({ query: '', fragment: '' })),
  },
  {
    code: 'redirect_uri_path',
    title: 'redirect_uri has a different path',
    fix: 'Register this path, or send the registered one.',
    without: (uri) => rebuilt(uri, () => ({ path: '', query: '', fragment: '' })),
  },
  {
    code: 'redirect_uri_host',
    title: 'redirect_uri has a different host',
    fix: 'Register the URI with this host: each stage of a project needs its own.',
    without: (uri) => rebuilt(uri, () => ({ scheme: '', host: '', port: '' })),
  },
];

/** Equal, except for a port that is the default one. */
const same = (one: string, other: string): boolean => {
  const plain = (uri: string) => rebuilt(uri, ({ scheme, port }) => (port !== '' && defaultPorts[scheme] === port ? { port: '' } : {}));
  return one === other || plain(one) === plain(other);
};

export interface RedirectUriQuestion {
  readonly got: string;
  /** The right values: the registered ones, or the one of the authorization request. */
  readonly expected: readonly string[];
  /** The name of another application that registered the URI. */
  readonly registeredBy?: string | undefined;
  /** Where the expected ones come from, for the text. */
  readonly source?: 'registered' | 'authorization request';
}

/** Longer than any address that browsers and servers agree on: only the start of a longer one is examined and shown. */
export const longestDiagnosed = 4096;

/** What is wrong with a redirect_uri that was refused. */
export function diagnoseRedirectUri({ got: whole, expected, registeredBy, source = 'registered' }: RedirectUriQuestion): Diagnosis {
  const got = whole.slice(0, longestDiagnosed);
  if (expected.length === 0)
    return {
      code: 'redirect_uri_none_registered',
      title: 'The application has no registered redirect URI',
      why: 'A code is sent only to a URI that the application registered.',
      fix: `Add ${got} to redirectUris of the application.`,
      confidence: 'exact',
    };
  for (const { code, title, fix, without } of rows) {
    const matched = expected.find((entry) => same(without(got), without(entry)) || matchRedirectUri(without(got), [entry]) !== undefined);
    if (matched !== undefined) return { code, title, why: explain(got, matched, source), fix, confidence: 'exact' };
  }
  if (registeredBy !== undefined)
    return {
      code: 'redirect_uri_of_other_application',
      title: `redirect_uri is registered for another application: ${registeredBy}`,
      why: `${got} belongs to ${registeredBy}, and client_id names this one.`,
      fix: 'Send that application’s client_id, or register the URI for this one too.',
      confidence: 'exact',
    };
  const closest = nearest(got, expected) as string;
  return {
    code: 'redirect_uri_unregistered',
    title: source === 'registered' ? 'redirect_uri is not registered' : 'redirect_uri differs from that of the authorization request',
    why: explain(got, closest, source),
    fix:
      source === 'registered' ? 'Register it for the application, or send the registered one.' : 'Send the same redirect_uri both times.',
    confidence: 'possible',
  };
}

const explain = (got: string, expected: string, source: 'registered' | 'authorization request'): string =>
  `Sent: ${got}; ${source === 'registered' ? 'registered:' : 'in the authorization request:'} ${expected}; ${textDifference(got, expected)}.`;
