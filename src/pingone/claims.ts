/** Claims by name. Absent ones are omitted, never null (docs/fidelity.md, 6.6). */
export type Claims = Record<string, unknown>;

const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** The predefined claims of each scope, in PingOne's order (docs/fidelity.md, 6.3 and 6.6). */
const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: words(`preferred_username name given_name updated_at family_name middle_name nickname picture zoneinfo locale
    profile website gender birthdate`),
  email: words('email email_verified'),
  address: words('address.street_address address.locality address.region address.postal_code address.country address.formatted'),
  phone: words('phone_number phone_number_verified'),
};

const predefinedClaims: readonly (readonly [claim: string, scope: string])[] = Object.entries(claimsOfScope).flatMap(([scope, names]) =>
  names.map((name) => [name, scope] as const),
);

/** The predefined claims of granted scopes, in PingOne's order. */
export function claimsOfScopes(scopes: readonly string[]): string[] {
  const names: string[] = [];
  for (const [name, scope] of predefinedClaims) if (scopes.includes(scope)) names.push(name);
  return names;
}

/** Where a predefined claim is. */
export type ClaimPlace = readonly [parent: string, child?: string];

/** The place of a predefined claim: `address.locality` is a member of `address` (OpenID Connect Core §5.1.1). */
export const placeOfClaim = (name: string): ClaimPlace => name.split('.', 2) as [string, string?];

/** Sets a predefined claim. */
export function placeClaim(claims: Claims, [parent, child]: ClaimPlace, value: unknown): void {
  if (!isPresent(value)) return;
  if (child === undefined) claims[parent] = value;
  else claims[parent] = { ...(claims[parent] as Claims | undefined), [child]: value };
}

/** Claims that only the server sets; attribute mappings of these names have no effect (docs/fidelity.md, management 5.4 and 5.5). */
const reserved: ReadonlySet<string> = new Set(
  words('acr amr at_hash aud auth_time azp c_hash client_id env exp iat iss jti nbf nonce org scope sid sub'),
);

export const isReservedClaim = (name: string): boolean => reserved.has(name) || name.startsWith('p1.');
