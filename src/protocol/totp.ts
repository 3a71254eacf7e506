import { createHmac } from 'node:crypto';

/** How one-time passwords are made; what is left out is what authenticator apps assume. */
export interface OtpParameters {
  /** Default: 6. */
  readonly digits?: number;
  /** Default: sha1. */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
}

/** How long a time-based password counts, in seconds (RFC 6238 §4.1). */
export const stepSeconds = 30;

/** The one-time password of a counter (RFC 4226 §5.3). */
export function hotp(secret: Uint8Array, counter: number, { digits = 6, algorithm = 'sha1' }: OtpParameters = {}): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac(algorithm, secret).update(moving).digest();
  const offset = (digest.at(-1) as number) & 15;
  const truncated = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** The step of a moment in milliseconds since the epoch (RFC 6238 §4.2). */
export const stepAt = (now: number): number => Math.floor(now / 1000 / stepSeconds);

/** The one-time password of a moment in milliseconds since the epoch (RFC 6238 §4). */
export const totp = (secret: Uint8Array, now: number, parameters?: OtpParameters): string => hotp(secret, stepAt(now), parameters);

/**
 * The step that a password was made in, from one step back to one ahead (RFC 6238 §5.2); undefined if it fits none, or one
 * that is not later than the last that was used: a password counts once.
 */
export const matchTotp = (
  secret: Uint8Array,
  presented: string,
  { now, usedStep = -1, ...parameters }: OtpParameters & { readonly now: number; readonly usedStep?: number | undefined },
): number | undefined =>
  [0, -1, 1]
    .map((drift) => stepAt(now) + drift)
    .find((step) => step >= 0 && step > usedStep && hotp(secret, step, parameters) === presented);
