import { type Infer, object, reference } from '../../lib/schema/types.js';

/** The bodies of application resources, permissions and roles (docs/fidelity.md, management 7.13). */

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const description = { type: 'string', maxLength: 1024 } as const;

export const applicationResourceBody = object({ name }, { description });
export type ApplicationResourceBody = Infer<typeof applicationResourceBody>;

export const applicationPermissionBody = object(
  { action: { type: 'string', minLength: 1, maxLength: 256, pattern: "^[\\p{L}\\p{M}\\p{N} /.'_-]*$" } as const },
  { description },
);
export type ApplicationPermissionBody = Infer<typeof applicationPermissionBody>;

export const applicationRoleBody = object({ name }, { description });
export type ApplicationRoleBody = Infer<typeof applicationRoleBody>;

/** Names the permission that a role gets, or the role that a user gets. */
export const named = reference;

type WithId<T> = T & { readonly id?: string };
export type SeedApplicationResource = WithId<ApplicationResourceBody> & {
  readonly permissions?: readonly WithId<ApplicationPermissionBody>[];
};
