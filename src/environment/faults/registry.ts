import type { EndpointName } from '../journal/endpoints.js';

/** Ways in which a token can be wrong, each of which a client must notice. */
export const wrongTokens = [
  'signature',
  'kid',
  'expired',
  'not-yet-valid',
  'issuer',
  'audience',
  'nonce',
  'alg-none',
  'hs256',
  'embedded-key',
  'key-url',
] as const;
export type WrongToken = (typeof wrongTokens)[number];

/** The tokens of an answer that may be made wrong. */
export const tokenKinds = ['id_token', 'access_token'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Ways in which PKCE can be broken on purpose, so that a team sees whether its monitoring notices. */
export const brokenPkce = ['challenge-ignored', 'plain-accepted', 'code-reusable'] as const;
export type BrokenPkce = (typeof brokenPkce)[number];

/** What is done to an answer on purpose. Several can be combined: late, and then an error. */
export interface FaultEffect {
  readonly status?: number | undefined;
  /** An OAuth error code; with status 400 unless `status` is set. */
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Where a status of 3xx redirects to. */
  readonly location?: string | undefined;
  readonly delayMilliseconds?: number | undefined;
  /** The connection ends without an answer. */
  readonly drop?: boolean | undefined;
  /** The answer is cut in the middle. */
  readonly malformed?: boolean | undefined;
  /** The media type that the answer claims to have. */
  readonly contentType?: string | undefined;
  /** A JSON answer gets a member `padding` of so many characters. */
  readonly padding?: number | undefined;
  /** The answer is sent a few bytes at a time, over this long. */
  readonly dripMilliseconds?: number | undefined;
  readonly wrongToken?: WrongToken | undefined;
  /** Which token is made wrong; default: both. */
  readonly wrongOnly?: TokenKind | undefined;
  readonly pkce?: BrokenPkce | undefined;
}

export interface NewInjectedFault extends FaultEffect {
  /** Every endpoint by default. */
  readonly endpoint?: EndpointName | undefined;
  /** Every client by default. */
  readonly client?: string | undefined;
  /** How often it happens; by default once, and always for broken PKCE. */
  readonly times?: number | undefined;
  /** The lease that it ends with. */
  readonly lease?: string | undefined;
}

export interface InjectedFault extends NewInjectedFault {
  readonly id: string;
  /** How often it will still happen; Infinity until it is removed. */
  readonly left: number;
}

/** The faults of one environment, first come, first served. */
export interface Faults {
  /** Whether there are any. Every request asks. */
  readonly active: boolean;
  add(fault: NewInjectedFault): InjectedFault | Promise<InjectedFault>;
  list(): InjectedFault[];
  remove(id: string): boolean | Promise<boolean>;
  clear(): void | Promise<void>;
  /** The fault that a request meets. This uses it up once. */
  take(endpoint: EndpointName, client: string | undefined): InjectedFault | undefined | Promise<InjectedFault | undefined>;
  /** Whether PKCE is broken in this way for a client. */
  breaksPkce(kind: BrokenPkce, client: string): boolean;
  /** Uses a fault that breaks PKCE in this way for a client once. */
  takeBrokenPkce(kind: BrokenPkce, client: string): void | Promise<void>;
}

export const newFault = (given: NewInjectedFault, id: string): InjectedFault => ({
  ...given,
  id,
  left: given.times ?? (given.pkce ? Number.POSITIVE_INFINITY : 1),
});

/** Whether a fault is for a client. */
export const isFor = (fault: InjectedFault, client: string | undefined): boolean => fault.client === undefined || fault.client === client;

/** Which faults a request to an endpoint meets. */
export const meets =
  (endpoint: EndpointName, client: string | undefined) =>
  (fault: InjectedFault): boolean =>
    fault.pkce === undefined && (fault.endpoint === undefined || fault.endpoint === endpoint) && isFor(fault, client);

/** @param capacity the most faults; one more replaces the oldest */
export function createFaults(newId: () => string, capacity = 1000): Faults {
  const faults = new Map<string, InjectedFault>();

  const spend = (fault: InjectedFault | undefined): InjectedFault | undefined => {
    if (!fault) return undefined;
    if (fault.left <= 1) remove(fault.id);
    else faults.set(fault.id, { ...fault, left: fault.left - 1 });
    return fault;
  };
  const find = (fits: (fault: InjectedFault) => boolean) => spend([...faults.values()].find(fits));

  const remove = (id: string): boolean => {
    const existed = faults.delete(id);
    registry.active = faults.size > 0;
    return existed;
  };

  const registry: Faults & { active: boolean } = {
    active: false,
    add(given) {
      const fault = newFault(given, newId());
      faults.set(fault.id, fault);
      if (faults.size > capacity) faults.delete(faults.keys().next().value as string);
      registry.active = true;
      return fault;
    },
    list: () => [...faults.values()],
    remove,
    clear() {
      faults.clear();
      registry.active = false;
    },
    take: (endpoint, client) => find(meets(endpoint, client)),
    breaksPkce: (kind, client) => [...faults.values()].some((fault) => fault.pkce === kind && isFor(fault, client)),
    takeBrokenPkce: (kind, client) => void find((fault) => fault.pkce === kind && isFor(fault, client)),
  };
  return registry;
}

/** What a fault does, for the log, the journal and the transaction. */
export function describeFault(fault: FaultEffect): string {
  const {
    status,
    error,
    retryAfterSeconds,
    location,
    delayMilliseconds,
    drop,
    malformed,
    contentType,
    padding,
    dripMilliseconds,
    wrongToken,
    pkce,
  } = fault;
  const parts = [
    delayMilliseconds !== undefined && `answered ${delayMilliseconds} ms late`,
    drop && 'connection dropped',
    status !== undefined && `status ${status}`,
    error !== undefined && `error ${error}`,
    retryAfterSeconds !== undefined && `Retry-After ${retryAfterSeconds}`,
    location !== undefined && `redirected to ${location}`,
    malformed && 'answer cut off halfway',
    contentType !== undefined && `content type ${contentType}`,
    padding !== undefined && `padded by ${padding} characters`,
    dripMilliseconds !== undefined && `answer spread over ${dripMilliseconds} ms`,
    wrongToken !== undefined && `token wrong: ${wrongToken}`,
    pkce !== undefined && `PKCE broken: ${pkce}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ') || 'nothing';
}
