/** A user in the spelling of PingOne's management API, without `_links`. Absent members are not set. */
export interface User {
  readonly id: string;
  readonly environment: { readonly id: string };
  readonly population: { readonly id: string };
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled: boolean;
  readonly account: { readonly canAuthenticate: boolean; readonly status: 'OK' | 'LOCKED'; readonly lockedAt?: string };
  readonly name?: { readonly given?: string; readonly middle?: string; readonly family?: string; readonly formatted?: string };
  readonly nickname?: string;
  readonly title?: string;
  readonly type?: string;
  readonly locale?: string;
  readonly timezone?: string;
  readonly preferredLanguage?: string;
  readonly externalId?: string;
  readonly primaryPhone?: string;
  readonly mobilePhone?: string;
  readonly photo?: { readonly href?: string };
  readonly address?: {
    readonly countryCode?: string;
    readonly locality?: string;
    readonly postalCode?: string;
    readonly region?: string;
    readonly streetAddress?: string;
  };
  readonly lifecycle: { readonly status: string };
  readonly identityProvider: { readonly type: string; readonly id?: string };
  readonly mfaEnabled: boolean;
  readonly verifyStatus: string;
  readonly lastSignOn?: { readonly at: string; readonly remoteIp?: string };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [member: string]: unknown;
}

/** A user's password, stored apart from the user. In plain text, unless a hash was imported: its files are meant to be read. */
export interface Password {
  /** The user's id. */
  readonly id: string;
  readonly value: string;
  readonly lastChangedAt: string;
  readonly forceChange?: boolean;
  readonly history?: readonly string[];
  /** Wrong attempts since the last successful one. */
  readonly failures?: number;
  /** Locked out until then (milliseconds since the epoch). */
  readonly lockedUntil?: number;
}
