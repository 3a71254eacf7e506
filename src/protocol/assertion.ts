import { createHash } from 'node:crypto';
import { isObject, parseJson, textMember } from '../lib/unknown.js';
import { type Checks, check, need } from './check.js';
import type { RuleName } from './rules/index.js';

/** What the answer of a passkey has to be, but for its signature (WebAuthn Level 3 §7.2). */
export interface ExpectedAssertion {
  /** base64url. */
  readonly challenge: string;
  /** The origin of the page, as the client names it. */
  readonly origin: string;
  readonly relyingPartyId: string;
  readonly requiresVerification: boolean;
  /** The counter of the last answer. */
  readonly counter: number;
}

/** Its parts, in base64url. */
export interface ReceivedAssertion {
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
}

/** Whether pages of an origin may use the passkeys of a relying party (WebAuthn Level 3 §5.1.2): its host, or one below it. */
export function mayUse(origin: string, relyingPartyId: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: normal } = new URL(origin);
  if (normal !== origin || !`.${hostname}`.endsWith(`.${relyingPartyId}`)) return false;
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
}

interface ClientData {
  readonly challenge: string;
  readonly origin: string;
}

/** What the browser says of the ceremony; undefined if it is not about a use of a passkey. */
function clientDataOf(text: string): ClientData | undefined {
  try {
    const parsed = parseJson(Buffer.from(text, 'base64url').toString());
    const [challenge, origin] = [textMember(parsed, 'challenge'), textMember(parsed, 'origin')];
    const isUse = isObject(parsed) && parsed.type === 'webauthn.get';
    return isUse && challenge !== undefined && origin !== undefined ? { challenge, origin } : undefined;
  } catch {
    return undefined;
  }
}

const shortest = 37;
const userPresent = 1;
const userVerified = 4;

/** Checks what a passkey has signed, in the order of WebAuthn Level 3 §7.2. Whether it has signed it is for a library. */
export function* checkAssertion(received: ReceivedAssertion, expected: ExpectedAssertion): Checks<undefined, RuleName> {
  const { challenge, origin } = yield* need('passkey_readable', clientDataOf(received.clientDataJSON));
  yield check('passkey_challenge', challenge === expected.challenge, {
    expected: expected.challenge,
    got: challenge.slice(0, 100),
  });
  const isOwn = origin === expected.origin && mayUse(origin, expected.relyingPartyId);
  yield check('passkey_origin', isOwn, { expected: expected.relyingPartyId, got: origin.slice(0, 256) });
  const data = Buffer.from(received.authenticatorData, 'base64url');
  yield check('passkey_readable', data.length >= shortest);
  const relyingParty = createHash('sha256').update(expected.relyingPartyId).digest();
  yield check('passkey_relying_party', data.subarray(0, 32).equals(relyingParty), { expected: expected.relyingPartyId });
  const flags = data.readUInt8(32);
  yield check('passkey_present', (flags & userPresent) > 0);
  yield check('passkey_verified', !expected.requiresVerification || (flags & userVerified) > 0);
  const counter = data.readUInt32BE(33);
  // Zero, then and now: the authenticator does not count.
  yield check('passkey_counter', counter > expected.counter || (counter === 0 && expected.counter === 0), {
    expected: `more than ${expected.counter}`,
    got: String(counter),
  });
  return undefined;
}
