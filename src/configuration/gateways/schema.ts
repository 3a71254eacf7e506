import { array, boolean, type Infer, object, oneOf, reference, secret, string, uuid } from '../../lib/schema/types.js';

/** The bodies of gateways (docs/fidelity.md, management 7.12). */

const text = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const hidden = secret({ type: 'string', minLength: 1, maxLength: 1024 } as const);
const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const;
const whole = { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const;

const common = {
  name: { type: 'string', minLength: 1, maxLength: 256, pattern: "^[\\p{L}\\p{M}\\p{N}/.'_ -]+$" },
  enabled: boolean,
  description: { type: 'string', maxLength: 1024 },
} as const;

const userType = object(
  { name: text, passwordAuthority: oneOf('PING_ONE', 'LDAP'), searchBaseDn: text, orderedCorrelationAttributes: array(text) },
  {
    id: uuid,
    allowPasswordChanges: boolean,
    updateUserOnSuccessfulAuthentication: boolean,
    newUserLookup: object({
      attributeMappings: array(object({ name: text, value: text })),
      ldapFilterPattern: text,
      population: reference,
    }),
  },
);

const radiusClient = object(
  { ip: text },
  { sharedSecret: hidden, blastRadiusMitigation: object({}, { requireMsgAuth: boolean, limitProxyState: boolean }) },
);

/** The members of each type besides the common ones: which it needs, and which it may have. */
const members = {
  LDAP: {
    needed: {
      bindDN: text,
      bindPassword: hidden,
      serversHostAndPort: array(text),
      vendor: oneOf(
        'PingDirectory',
        'Microsoft Active Directory',
        'Oracle Directory Server Enterprise Edition',
        'Oracle Unified Directory',
        'CA Directory',
        'OpenDJ Directory Server',
        'IBM (Tivoli) Security Directory Server',
        'LDAPv3-compliant Directory Server',
      ),
    },
    more: {
      connectionSecurity: oneOf('None', 'TLS', 'StartTLS'),
      kerberos: object(
        { serviceAccountUserPrincipalName: text },
        { serviceAccountPassword: hidden, minutesToRetainPreviousCredentials: whole },
      ),
      userTypes: array(userType),
      validateTlsCertificates: boolean,
      followReferrals: boolean,
    },
  },
  RADIUS: {
    needed: { davinci: object({ policy: object({ id: text }) }), radiusClients: array(radiusClient) },
    more: { defaultSharedSecret: hidden, networkPolicyServer: object({ ip: text, port }) },
  },
  PING_FEDERATE: { needed: {}, more: {} },
  PING_INTELLIGENCE: { needed: {}, more: {} },
  API_GATEWAY_INTEGRATION: { needed: {}, more: {} },
} as const;

export type GatewayType = keyof typeof members;
export const gatewayTypes = Object.keys(members) as GatewayType[];

export const gatewayHead = object({ type: oneOf(...gatewayTypes) });

/** The schema of a gateway of a type. */
export const gatewayBody = (type: GatewayType) => {
  const { needed, more } = members[type];
  return {
    type: 'object',
    properties: { ...common, type: oneOf(type), ...needed, ...more },
    required: ['name', 'enabled', 'type', ...Object.keys(needed)],
  } as const;
};

/** A gateway of any of these types. */
export const anyGatewayBody = { anyOf: gatewayTypes.map(gatewayBody) };

/** The members of all types. */
export const gatewayMembers = {
  ...common,
  type: oneOf(...gatewayTypes),
  ...Object.assign({}, ...Object.values(members).map(({ needed, more }) => ({ ...needed, ...more }))),
};

/** What a new credential looks like; later answers leave out the credential itself. */
export const credentialAnswer = object({ id: uuid, createdAt: string, credential: secret(string) });

const seededGateway = object({ name: text, type: oneOf(...gatewayTypes) }, { enabled: boolean });
export type SeededGatewayMembers = Infer<typeof seededGateway>;
