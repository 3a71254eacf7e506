import type { Application } from '../../environment/model/application.js';

/** Upper-case letters and digits, as PingOne's are, without vowels and characters that look alike (RFC 8628 §6.1). */
export const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ23456789';

/** A user code as it is compared: without its hyphen, in upper case. */
export const normalUserCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** A user code as it is shown: BVKV-2GZ2. */
export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The members of a device authorization that its answer shows. */
interface WaitingDevice {
  readonly id: string;
  readonly userCode: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly intervalSeconds: number;
}

/** The answer to the device (RFC 8628 §3.2; docs/fidelity.md, 7.6). */
export function deviceAuthorizationBody(
  { id, userCode, issuedAt, expiresAt, intervalSeconds }: WaitingDevice,
  { devicePathId, deviceCustomVerificationUri }: Application,
  baseUrl: string,
) {
  const own = `${baseUrl}/device${typeof devicePathId === 'string' ? `/${devicePathId}` : ''}`;
  const uri = typeof deviceCustomVerificationUri === 'string' ? deviceCustomVerificationUri : own;
  const code = shownUserCode(userCode);
  return {
    device_code: id,
    user_code: code,
    verification_uri: uri,
    verification_uri_complete: `${uri}${uri.includes('?') ? '&' : '?'}user_code=${code}`,
    expires_in: (expiresAt - issuedAt) / 1000,
    interval: intervalSeconds,
  };
}
