import { array, boolean, type Infer, object, oneOf, reference, string, uuid, webAddress } from '../../lib/schema/types.js';

/** The bodies of sign-on policies, their actions and their assignments (docs/fidelity.md, management 6.7). */

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const whole = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;

export const signOnPolicyBody = object({ name }, { description: { type: 'string', maxLength: 1024 }, default: boolean });
export type SignOnPolicyBody = Infer<typeof signOnPolicyBody>;

/** Letters, digits, `_`, `.` and `-`, or an absolute URI (docs/fidelity.md, management 6.7). */
export const isPolicyName = (text: string): boolean =>
  text.includes(':') ? /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) && URL.canParse(text) : /^[a-zA-Z0-9_.-]+$/.test(text);

const enabled = object({}, { enabled: boolean });
const mustSay = object({ enabled: boolean });
const registration = object(
  { enabled: boolean },
  { external: object({ href: webAddress }), population: reference, confirmIdentityProviderAttributes: boolean },
);
const common = { condition: { type: 'object' } } as const;
const passwordMembers = {
  ...common,
  recovery: mustSay,
  registration,
  socialProviders: array(reference),
  enforceLockoutForIdentityProviders: boolean,
} as const;

/** The gateways whose users are created when they first sign on, by the kind of user that a gateway has. */
const newUserProvisioning = object({ gateways: array(object({ id: uuid, type: oneOf('LDAP'), userType: reference })) });
export type NewUserProvisioning = Infer<typeof newUserProvisioning>;

/** The members of each type of action that the authorization server carries out. */
export const actionMembers = {
  LOGIN: { ...passwordMembers, newUserProvisioning },
  IDENTIFIER_FIRST: { ...passwordMembers, discoveryRules: array({ type: 'object' } as const) },
  MULTI_FACTOR_AUTHENTICATION: {
    ...common,
    authenticator: enabled,
    boundBiometrics: enabled,
    email: enabled,
    securityKey: enabled,
    fido2: enabled,
    sms: enabled,
    voice: enabled,
    applications: array({ type: 'object' } as const),
    deviceAuthenticationPolicy: reference,
    noDevicesMode: oneOf('BYPASS', 'BLOCK'),
  },
  PROGRESSIVE_PROFILING: {
    ...common,
    attributes: array(object({ name, required: boolean })),
    preventMultiplePromptsPerFlow: boolean,
    promptIntervalSeconds: whole,
    promptText: string,
  },
  IDENTITY_PROVIDER: { ...common, identityProvider: reference, acrValues: string, passUserContext: boolean, registration },
  AGREEMENT: { ...common, agreement: reference, disableDeclineOption: boolean },
} as const;

/** Required members of some types of action. */
const neededMembers: Readonly<Record<string, readonly string[]>> = {
  PROGRESSIVE_PROFILING: ['attributes', 'preventMultiplePromptsPerFlow', 'promptIntervalSeconds', 'promptText'],
  IDENTITY_PROVIDER: ['identityProvider'],
  AGREEMENT: ['agreement'],
};

export type ActionType = keyof typeof actionMembers;
export const actionTypes = Object.keys(actionMembers) as ActionType[];

export const actionHead = object({
  type: {
    type: 'string',
    minLength: 1,
    enum: [...actionTypes, 'PINGID_AUTHENTICATION', 'PINGID_WINLOGIN_PASSWORDLESS_AUTHENTICATION'],
  },
});

/** The schema of an action of a type. */
export const actionBody = (type: ActionType) => ({
  type: 'object',
  properties: { type: string, priority: whole, ...actionMembers[type] },
  required: ['type', 'priority', ...(neededMembers[type] ?? [])],
});

/** An action of any of these types. */
export const anyActionBody = {
  anyOf: actionTypes.map((type) => {
    const body = actionBody(type);
    return { ...body, properties: { ...body.properties, type: oneOf(type) } };
  }),
};

/** The assignment of a policy to an application; the lowest priority comes first. */
export const assignmentBody = object({ signOnPolicy: reference, priority: whole });
export type AssignmentBody = Infer<typeof assignmentBody>;
