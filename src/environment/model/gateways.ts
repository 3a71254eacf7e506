import type { Owned } from './configuration.js';

/** Gateways, in the spelling of PingOne's management API, without `_links`. */

export interface Gateway extends Owned {
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  /** The kinds of users of a directory. `newUserLookup` says how one of them is found and becomes a user here. */
  readonly userTypes?: readonly { readonly id: string; readonly newUserLookup?: unknown }[];
  readonly [member: string]: unknown;
}

/** What instances of a gateway identify themselves with. The credential itself, a JWT, is not kept: its `jti` is this id. */
export interface GatewayCredential extends Owned {
  readonly gateway: { readonly id: string };
}
