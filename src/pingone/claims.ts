import type { User } from './user.js';

/** A set of claims; an absent one is left out, never null (docs/fidelity.md, 6.6). */
export type Claims = Record<string, unknown>;

/** Drops what is absent or empty. */
export const present = (claims: Claims): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && value !== ''));

const address = (user: User): Claims | undefined => {
  if (!user.address) return undefined;
  const { streetAddress, locality, region, postalCode, countryCode } = user.address;
  const claims = present({ street_address: streetAddress, locality, region, postal_code: postalCode, country: countryCode });
  return Object.keys(claims).length > 0 ? claims : undefined;
};

/** The claims of a user that the granted scopes open, in the order that was recorded. */
export function userClaims(user: User, scopes: readonly string[]): Claims {
  const profile = scopes.includes('profile');
  return present({
    ...(profile && {
      preferred_username: user.username,
      name: user.name?.formatted,
      given_name: user.name?.given,
      updated_at: Math.floor(Date.parse(user.updatedAt) / 1000),
      family_name: user.name?.family,
      middle_name: user.name?.middle,
      nickname: user.nickname,
      picture: user.photo?.href,
      zoneinfo: user.timezone,
      locale: user.locale,
    }),
    ...(scopes.includes('email') && { email: user.email }),
    ...(scopes.includes('address') && { address: address(user) }),
    ...(scopes.includes('phone') && { phone_number: user.primaryPhone }),
  });
}
