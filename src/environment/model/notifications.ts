import type { Owned } from './configuration.js';

/** How messages are sent, in the spelling of PingOne's management API, without `_links`. */

/** Each environment has one, under the environment's id. */
export interface NotificationsSettings extends Owned {
  readonly deliveryMode: string;
  readonly from: { readonly name?: string; readonly address?: string };
  readonly [member: string]: unknown;
}

/** A service of the environment's own for text messages and calls. */
export interface PhoneDeliverySettings extends Owned {
  readonly provider: string;
  readonly [member: string]: unknown;
}

/** How an environment sends its e-mail. Each environment has one, under the environment's id. */
export interface EmailDeliverySettings extends Owned {
  readonly protocol: string;
  readonly authentication?: { readonly method: string; readonly username?: string };
  readonly [member: string]: unknown;
}

/** A domain that messages may come from. */
export interface EmailDomain extends Owned {
  readonly domainName: string;
}

/** An address of the domain. */
export interface TrustedEmail extends Owned {
  readonly domain: { readonly id: string };
  readonly emailAddress: string;
  readonly status: 'ACTIVE' | 'VERIFICATION_REQUIRED';
  /** The code that was sent to it, and until when it counts. Never shown. */
  readonly verification?: { readonly code: string; readonly expiresAt: string; readonly failures: number };
}

/** How many messages are sent, and to which countries. */
export interface NotificationsPolicy extends Owned {
  readonly name: string;
  readonly default: boolean;
  readonly quotas: readonly object[];
  readonly [member: string]: unknown;
}

/** A text of an environment's own for one of PingOne's templates. */
export interface NotificationContent extends Owned {
  /** The name of its template. */
  readonly template: { readonly id: string };
  readonly default: boolean;
  readonly locale: string;
  readonly deliveryMethod: 'SMS' | 'Voice' | 'Email' | 'Push';
  readonly variant?: string;
  readonly [member: string]: unknown;
}
