import type { Owned } from './configuration.js';

/** What users may do in an organization's own applications, in the spelling of PingOne's management API, without `_links`. */

/** What an application protects. It belongs to a custom resource. */
export interface ApplicationResource extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly parent: { readonly type: 'PING_ONE_RESOURCE'; readonly id: string };
}

/** Something that may be done with an application resource. */
export interface ApplicationPermission extends Owned {
  readonly applicationResource: { readonly id: string };
  readonly action: string;
  readonly description?: string;
}

/** Permissions that users get together. */
export interface ApplicationRole extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly { readonly id: string }[];
}

/** A user who has an application role. */
export interface ApplicationRoleAssignment extends Owned {
  readonly user: { readonly id: string };
  readonly role: { readonly id: string };
}
