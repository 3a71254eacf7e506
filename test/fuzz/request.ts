import { createHmac } from 'node:crypto';

/** A request as it is sent, and as the corpus keeps it. */
export interface FuzzRequest {
  readonly method: string;
  /** Path and query, ready to be sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Each character of the body is a byte; else it is sent as UTF-8. */
  readonly binary?: boolean;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Sends a request; rejects if no answer comes. */
export type Send = (request: FuzzRequest) => Promise<FuzzAnswer>;

/** Names with values; a name may come several times. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** Lone surrogates cannot be sent as UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** A text as a part of an address. */
export const encode = (text: string): string => encodeURIComponent(wellFormed(text));

export const encodePairs = (pairs: Pairs): string => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

/** A value as the characters that a header can carry: others make Node refuse to send it. */
export const headerValue = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4000);

export const formType = 'application/x-www-form-urlencoded';

/** A token signed with a shared secret, whatever it says. */
export function signed(header: object, claims: unknown, secret: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? 'null').toString('base64url');
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The bytes of a body. */
export const bytesOf = ({ body = '', binary = false }: Pick<FuzzRequest, 'body' | 'binary'>): Buffer =>
  Buffer.from(body, binary ? 'latin1' : 'utf8');
