import type { SchemaAttribute } from '../../environment/model/configuration.js';
import { array, boolean, type Infer, object, oneOf, string } from '../../lib/schema/types.js';

/** The attributes of every user, and the body of a custom attribute (the resource `schemas`). */

interface StandardAttribute {
  readonly name: string;
  readonly displayName: string;
  readonly type: SchemaAttribute['type'];
  readonly schemaType: 'CORE' | 'STANDARD';
  readonly unique?: boolean;
  readonly required?: boolean;
  readonly subAttributes?: readonly string[];
}

const standard = (name: string, displayName: string, subAttributes?: readonly string[]): StandardAttribute => ({
  name,
  displayName,
  type: subAttributes ? 'COMPLEX' : 'STRING',
  schemaType: 'STANDARD',
  ...(subAttributes && { subAttributes }),
});

export const standardAttributes: readonly StandardAttribute[] = [
  { name: 'username', displayName: 'Username', type: 'STRING', schemaType: 'CORE', unique: true, required: true },
  {
    name: 'account',
    displayName: 'Account',
    type: 'COMPLEX',
    schemaType: 'CORE',
    subAttributes: ['canAuthenticate', 'status', 'lockedAt', 'secondsUntilUnlock', 'unlockAt'],
  },
  standard('accountId', 'Account ID'),
  standard('address', 'Address', ['streetAddress', 'locality', 'region', 'postalCode', 'countryCode']),
  standard('email', 'Email Address'),
  standard('externalId', 'External ID'),
  standard('locale', 'Locale'),
  standard('mobilePhone', 'Mobile Phone'),
  standard('name', 'Name', ['given', 'middle', 'family', 'formatted', 'honorificPrefix', 'honorificSuffix']),
  standard('nickname', 'Nickname'),
  standard('photo', 'Photo', ['href']),
  standard('preferredLanguage', 'Preferred Language'),
  standard('primaryPhone', 'Primary Phone'),
  standard('timezone', 'Timezone'),
  standard('title', 'Title'),
  standard('type', 'Type'),
];

/** Members of a user that are not attributes. */
export const userMembers: readonly string[] =
  'id environment population account enabled emailVerified identityProvider lifecycle lastSignOn mfaEnabled verifyStatus createdAt updatedAt password memberOfGroupIDs memberOfGroupNames acceptedAgreements'.split(
    ' ',
  );

/** Names that an attribute must not have. */
const reserved = [...userMembers, ...'_links _embedded constructor prototype __proto__'.split(' ')].map((name) => name.toLowerCase());

/** Whether a custom attribute may have this name. */
export const isAttributeName = (name: string): boolean =>
  /^[a-zA-Z][a-zA-Z0-9_-]*$/.test(name) &&
  !reserved.includes(name.toLowerCase()) &&
  !standardAttributes.some((known) => known.name.toLowerCase() === name.toLowerCase());

const texts = { type: 'string', minLength: 1, maxLength: 256 } as const;

const optional = {
  displayName: { type: 'string', maxLength: 256 },
  description: { type: 'string', maxLength: 1024 },
  enabled: boolean,
  required: boolean,
  unique: boolean,
  multiValued: boolean,
  type: oneOf('STRING', 'JSON', 'BOOLEAN', 'COMPLEX'),
  schemaType: oneOf('CORE', 'STANDARD', 'CUSTOM'),
  enumeratedValues: array(object({ value: texts }, { archived: boolean, description: string })),
  regexValidation: object(
    { pattern: { type: 'string', minLength: 1, maxLength: 1000 }, requirements: string },
    { valuesPatternShouldMatch: array(string), valuesPatternShouldNotMatch: array(string) },
  ),
} as const;

export const schemaAttributeBody = object({ name: texts }, optional);
/** The body of PATCH: what is left out stays. */
export const schemaAttributePatch = object({}, { name: texts, ...optional });
export type SchemaAttributeBody = Infer<typeof schemaAttributeBody>;
