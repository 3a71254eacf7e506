import type { Owned } from './configuration.js';

/** External identity providers, in the spelling of PingOne's management API, without `_links`. */

export interface IdentityProvider extends Owned {
  readonly name: string;
  readonly enabled: boolean;
  readonly type: string;
  readonly registration?: { readonly population?: { readonly id?: string } };
  /** Who plays it, which the management API does not show: `someone-else`, `real`, or an address; else its own members say. */
  readonly playedBy?: string;
  readonly [member: string]: unknown;
}

/** A user's account at a provider: anyone who signs on there with this identifier is this user. */
export interface LinkedAccount extends Owned {
  readonly user: { readonly id: string };
  readonly identityProvider: { readonly id: string };
  /** The person's identifier at the provider. */
  readonly externalId: string;
}

/** A user's attribute that takes its value from a provider. */
export interface IdentityProviderAttribute extends Owned {
  readonly identityProvider: { readonly id: string };
  readonly name: string;
  readonly value: string;
  readonly update: 'EMPTY_ONLY' | 'ALWAYS';
  readonly mappingType: 'CORE' | 'CUSTOM';
}
