import type { Owned } from './configuration.js';

/** An MFA policy, in the spelling of PingOne's management API, without `_links`. */
export interface DeviceAuthenticationPolicy extends Owned {
  readonly name: string;
  /** Whether it applies where no other is named. There is always one. */
  readonly default: boolean;
  readonly [member: string]: unknown;
}
