import { isIP } from 'node:net';

/** The names that are a server's own, in the form of `hostOf`. */
export interface OwnNames {
  /** Exactly these. */
  readonly names: ReadonlySet<string>;
  /** These and every name below them. */
  readonly domains: readonly string[];
  /** `name`, `*.name` for every name below it, `*` for all. */
  readonly patterns: readonly string[];
}

type Kind = readonly [kind: string, covers: (name: string, own: OwnNames) => boolean];

/**
 * The kinds of host name that no foreign page can have. Every other name may belong to an attacker who lets it point to this
 * machine once a browser shows a page of theirs (DNS rebinding): the page then shares its origin with this server.
 */
const kinds: readonly Kind[] = [
  ['IP address', (name) => isIP(name) !== 0],
  ['loopback', (name) => name === 'localhost' || name.endsWith('.localhost')],
  ['without a dot', (name) => /^[a-z0-9_-]+$/.test(name)],
  ['host of a container', (name) => name === 'host.docker.internal'],
  // RFC 2606 §2, RFC 6761, RFC 6762 §3; ICANN keeps .internal for private use.
  ['reserved', (name) => /\.(test|local|internal|example)$/.test(name)],
  ['Kubernetes service', (name) => /\.svc(\.cluster\.local)?$/.test(name)],
  ['own', (name, { names }) => names.has(name)],
  ['below an own one', (name, { domains }) => domains.some((domain) => name === domain || name.endsWith(`.${domain}`))],
  [
    'allowed',
    (name, { patterns }) =>
      patterns.some((pattern) => pattern === '*' || (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern)),
  ],
];

/** Why a server may answer under a host name: its kind; undefined if it may not. */
export const kindOfHost = (name: string, own: OwnNames): string | undefined => kinds.find(([, covers]) => covers(name, own))?.[0];
