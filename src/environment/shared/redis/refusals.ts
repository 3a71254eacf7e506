import { StoreError, StoreUnavailable } from '../errors.js';

interface Failure extends Error {
  readonly code?: string;
}

/** What a server or the network says, and what it means at the start: a sentence, and what to do. The first that fits counts. */
const atStart: readonly (readonly [RegExp, (message: string) => string])[] = [
  [
    /All sentinels.*(NOAUTH|WRONGPASS)/s,
    () => 'the sentinels ask for a password, or refuse the one in the address. Write it there: ?sentinel_password=PASSWORD',
  ],
  [
    /All sentinels/,
    (message) =>
      `no sentinel answers there, or none watches a server of this name (${message.replace(/^.*Last error: /s, '')}). Start them, or correct hosts and name`,
  ],
  [
    /WRONGPASS|invalid password|invalid username-password/i,
    () => 'the server refuses the user or the password. Correct them in the address',
  ],
  [/NOAUTH/, () => 'the server asks for a password. Write it into the address: redis://:PASSWORD@HOST'],
  [
    /NOPERM/,
    (message) =>
      `the user lacks a permission (${message}). Grant it all commands, and keys and channels that begin with the prefix: +@all ~PREFIX:* &PREFIX:*`,
  ],
  [/DB index is out of range|invalid DB index/i, () => 'the server has no such database. Choose another number'],
  [/^OOM/, () => 'the memory of the server is full (maxmemory). Raise maxmemory, or remove data'],
  [/^MISCONF/, () => 'the server refuses writes because it cannot save to its disk. Its log says why'],
  [/^READONLY/, () => 'the server is a read-only replica. Use the address of its primary, or Sentinel'],
  [
    /^(CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS|ERR_SSL|EPROTO)/,
    (message) =>
      `its TLS certificate or protocol is not accepted (${message}). Use the name in its certificate, and NODE_EXTRA_CA_CERTS for your own authority; without TLS write redis://`,
  ],
  [/^(ENOTFOUND|EAI_AGAIN)/, () => 'unknown host name. Correct the address'],
  [/^EACCES/, () => 'this user may not open the socket. Grant it access with unixsocketperm'],
  [
    /timed out|ETIMEDOUT/,
    () =>
      'something accepts connections there, but does not answer as Redis or Valkey does. Correct the address; rediss:// is with TLS, redis:// without',
  ],
  [
    /Connection is closed|ECONNRESET/,
    () => 'the server closes the connection. If it expects TLS, write rediss://; otherwise its log says why',
  ],
];

/** What is wrong with the server at this address, as a sentence for a person. */
export function explainAtStart(shown: string, error: Failure): StoreError {
  const { code = '', message } = error;
  const [, meaning] = atStart.find(([pattern]) => pattern.test(code) || pattern.test(message)) ?? [];
  const text = meaning?.(message) ?? `no Redis or Valkey server answers there (${message || code}). Start it, or correct the address`;
  return new StoreError(`${shown}: ${text}`, { cause: error });
}

/** What a server refuses that was in order at the start. */
const atWork: readonly (readonly [RegExp, string])[] = [
  [/\bFENCED/, 'this request took so long that the turn of another one had come: it wrote nothing more'],
  [/\bOOM/, 'the shared store is full: its maxmemory is reached'],
  [/\bMISCONF/, 'the shared store refuses writes because it cannot save to its disk'],
  [/\bREADONLY/, 'the shared store has become a read-only replica'],
  [/\bLOADING/, 'the shared store is still loading its data'],
  [/\b(NOAUTH|WRONGPASS|NOPERM)/, 'the shared store no longer accepts the user of this server'],
  [/\b(BUSY|UNBLOCKED|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)/, 'the shared store accepts no commands at the moment'],
  [/timed out/, 'the shared store did not answer in time'],
  [/Connection is closed|isn't writeable|max retries|ECONN|EPIPE|Socket closed/i, 'the shared store cannot be reached'],
];

/** The error for a request that the store could not serve. */
export function unavailable(error: Failure): StoreUnavailable {
  const { message } = error;
  const [, meaning] = atWork.find(([pattern]) => pattern.test(message)) ?? [];
  const kind = /\bOOM\b/.test(message) ? 'full' : 'away';
  return new StoreUnavailable(meaning === undefined ? message : `${meaning} (${message})`, { cause: error, kind });
}
