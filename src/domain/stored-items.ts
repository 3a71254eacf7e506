import { compileShape, type Schema, type Shaped } from '../core/shape.js';
import { expectations, pathOf } from '../core/shape-faults.js';
import { applicationBody } from '../pingone/application-schema.js';
import { environmentBody } from '../pingone/environment-schema.js';
import { groupBody } from '../pingone/group-schema.js';
import { keyBody, keyRotationPolicyBody } from '../pingone/key-schema.js';
import { actionMembers, passwordPolicyBody, signOnPolicyBody } from '../pingone/policy-schema.js';
import { populationBody } from '../pingone/population-schema.js';
import { attributeMappingBody, resourceAttributeBody, resourceBody, scopeBody } from '../pingone/resource-schema.js';
import { schemaAttributeBody } from '../pingone/user-attributes.js';
import { importedUserBody } from '../pingone/user-schema.js';

/**
 * What the code relies on in items of a data folder. People edit its files: an item of another shape is told with its
 * place when the folder is read, in place of a request that fails much later.
 */

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const whole: Schema = { type: 'integer' };
const list = (items: Schema): Schema => ({ type: 'array', items });
const has = (required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const reference = has({ id: text });
const typed = has({ id: text, type: text });
const owned = { environment: reference };
const stamps = { createdAt: text, updatedAt: text };

/** The members of a body, none of them asked for: what is stored may have got them another way. */
const membersOf = ({ properties = {} }: Schema): Record<string, Schema> =>
  Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, lenient(member)]));
const lenient = (schema: Schema): Schema => ({
  ...(schema.type !== undefined && { type: schema.type }),
  ...(schema.properties && { properties: membersOf(schema) }),
  ...(schema.items && { items: lenient(schema.items) }),
});

const shapes: Readonly<Record<string, Schema>> = {
  environments: has(
    { name: text, type: text, region: text, organization: reference, license: reference },
    { ...stamps, ...membersOf(environmentBody), rotationPeriod: whole },
  ),
  populations: has({ ...owned, name: text }, { ...stamps, ...membersOf(populationBody) }),
  users: has(
    {
      ...owned,
      population: reference,
      username: text,
      enabled: flag,
      account: has({ canAuthenticate: flag, status: text }, { lockedAt: text }),
      lifecycle: has({ status: text }),
      identityProvider: has({ type: text }, { id: text }),
      mfaEnabled: flag,
    },
    {
      ...stamps,
      ...membersOf({ properties: { ...importedUserBody.properties, lifecycle: {}, identityProvider: {} } }),
      lastSignOn: has({ at: text }),
    },
  ),
  passwords: has({ value: text }, { lastChangedAt: text, forceChange: flag, history: list(text), failures: whole, lockedUntil: whole }),
  groups: has({ ...owned, name: text }, { ...stamps, ...membersOf(groupBody) }),
  memberships: has({ group: reference, member: typed }),
  applications: has(
    { ...owned, name: text, enabled: flag, type: text, protocol: text },
    { ...stamps, ...membersOf(applicationBody), signing: has({ keyRotationPolicy: reference }), kerberos: has({ key: reference }) },
  ),
  secrets: has({ secret: text }, { previous: has({ secret: text, expiresAt: text }, { lastUsed: text }) }),
  resources: has({ ...owned, name: text, type: text }, { ...stamps, ...membersOf(resourceBody) }),
  scopes: has({ ...owned, name: text, resource: reference }, { ...stamps, ...membersOf(scopeBody) }),
  resourceAttributes: has(
    { ...owned, name: text, value: text, type: text, resource: reference },
    { ...stamps, ...membersOf(resourceAttributeBody) },
  ),
  grants: has({ ...owned, application: reference, resource: reference, scopes: list(reference) }, stamps),
  attributeMappings: has({ ...owned, application: reference, name: text, value: text }, { ...stamps, ...membersOf(attributeMappingBody) }),
  roleAssignments: has({ ...owned, holder: typed, role: reference, scope: typed }, stamps),
  customRoles: has(
    { ...owned, name: text, applicableTo: list(text), permissions: list(reference), canBeAssignedBy: list(reference) },
    { ...stamps, description: text },
  ),
  signOnPolicies: has({ ...owned, name: text }, { ...stamps, ...membersOf(signOnPolicyBody) }),
  signOnPolicyActions: has(
    { ...owned, signOnPolicy: reference, type: text, priority: whole },
    { ...stamps, ...membersOf({ properties: Object.assign({}, ...Object.values(actionMembers)) }) },
  ),
  signOnPolicyAssignments: has({ ...owned, application: reference, signOnPolicy: reference, priority: whole }, stamps),
  passwordPolicies: has({ ...owned, name: text }, { ...stamps, ...membersOf(passwordPolicyBody) }),
  schemaAttributes: has(
    { ...owned, name: text, type: text, schemaType: text, enabled: flag },
    { ...stamps, ...membersOf(schemaAttributeBody) },
  ),
  configuredKeys: has({ ...owned, name: text, certificate: text }, { ...membersOf(keyBody), ...stamps, privateKey: { type: 'object' } }),
  keyRotationPolicies: has({ ...owned, name: text }, { ...stamps, ...membersOf(keyRotationPolicyBody) }),
};

const checks = new Map<string, (value: unknown) => Shaped>(
  Object.entries(shapes).map(([name, schema]) => {
    let check: ((value: unknown) => Shaped) | undefined;
    return [
      name,
      (value) => {
        check ??= compileShape(schema);
        return check(value);
      },
    ];
  }),
);

/** What an item of a collection has wrong, or undefined where it can be used: a member is missing, or of another type. */
export function storedFault(collection: string, item: unknown): string | undefined {
  for (const { kind, path, schema } of checks.get(collection)?.(item).faults ?? [])
    if (kind === 'missing' || kind === 'type') return `${pathOf(path)}: ${expectations[kind](schema)}`;
  return undefined;
}
