import type { PasswordRequirements } from '../../configuration/directory/password-policy.js';
import { passwordPolicyOf } from '../../configuration/directory/passwords.js';
import { findUserByUsername } from '../../configuration/directory/users.js';
import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import {
  blankMessage,
  type Connection,
  challengeBody,
  failureBody,
  type Interaction,
  lastCapability,
  messageOf,
  rawResponse,
  shownNodeId,
  timedOutBody,
  unauthorizedBody,
  wrongCredentials,
} from '../../pingone/davinci.js';
import { invalidData, PingOneError } from '../../pingone/pingone-error.js';
import { type Check, check } from '../../protocol/check.js';
import type { CheckValues, RuleName } from '../../protocol/rules/index.js';
import type { Step } from '../step.js';
import { collectedText } from './values.js';

/** A refusal in DaVinci's own format, and the rule that it was refused by. */
export class DavinciRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
    readonly check: Check<RuleName>,
  ) {
    super(`${check.rule}${check.got === undefined ? '' : `: got ${check.got}`}`);
  }
}

/** What a flow is called in answers. */
export const interactionOf = ({ id, environmentId, davinci }: Flow): Interaction => ({
  interactionId: id,
  environmentId,
  nodeId: shownNodeId(davinci?.policyId ?? '', davinci?.nodeId ?? ''),
});

export const unknownInteraction = (interactionId: string): DavinciRefusal =>
  new DavinciRefusal(400, timedOutBody(interactionId), check('interaction_known', false, { got: interactionId.slice(0, 100) }));

export const wrongToken = (got: string | undefined): DavinciRefusal =>
  new DavinciRefusal(401, unauthorizedBody, check('interaction_token', false, got === undefined ? {} : { got: `${got.slice(0, 8)}…` }));

/** What does not fit the form that the flow waits at. */
const validationError = (flow: Flow, rule: RuleName, values: CheckValues): DavinciRefusal => {
  const message = 'Validation Error';
  const details = [{ message: values.got ?? message }];
  const failure = { connection: 'forms', capability: 'customHTMLTemplate', code: 'validationError', message, details } as const;
  return new DavinciRefusal(400, failureBody(interactionOf(flow), failure), check(rule, false, values));
};

export const outOfOrder = (flow: Flow, values: CheckValues): DavinciRefusal => validationError(flow, 'interaction_in_order', values);
export const unknownButton = (flow: Flow, values: CheckValues): DavinciRefusal => validationError(flow, 'interaction_button', values);
export const wrongField = (flow: Flow, got: string): DavinciRefusal => validationError(flow, 'interaction_field', { got });

/** A required field that was left empty. */
export function blankField(flow: Flow, key: string): DavinciRefusal {
  const message = blankMessage(key);
  const failure = { connection: 'forms', capability: 'customHTMLTemplate', code: 400, message } as const;
  return new DavinciRefusal(400, failureBody(interactionOf(flow), failure), check('interaction_field', false, { got: `${key} is empty` }));
}

/** An error node that the person may turn back from. */
export function customError(flow: Flow, { code, message }: { readonly code: string; readonly message: string }): DavinciRefusal {
  const failure = { connection: 'errors', capability: 'customErrorMessage', code, message } as const;
  return new DavinciRefusal(400, failureBody(interactionOf(flow), failure), check('interaction_error_node', false, { got: message }));
}

/** The status of a challenge cannot be asked for. */
export const refusedChallenge = (expired: boolean): DavinciRefusal =>
  new DavinciRefusal(400, challengeBody(expired), check(expired ? 'challenge_fresh' : 'challenge_known', false));

/** What part of PingOne refused, as DaVinci's connectors call it. Only the first three of users are recorded. */
type Capability = readonly [connection: Connection, name: string];

/** By the type of the node that was entered, or by what the flow waited for. */
const capabilities: Readonly<Record<string, Capability>> = {
  password: ['users', 'checkPassword'],
  register: ['users', 'createUser'],
  MUST_CHANGE_PASSWORD: ['users', 'resetPassword'],
  PASSWORD_EXPIRED: ['users', 'resetPassword'],
  'password-reset': ['users', 'sendRecoveryCode'],
  RECOVERY_CODE_REQUIRED: ['users', 'recoverPassword'],
  VERIFICATION_CODE_REQUIRED: ['users', 'verifyUser'],
  success: ['authentication', lastCapability],
};
const ofDevices: Capability = ['mfa', 'checkOneTimePasscode'];

/** Does a step of a node; what the engine refuses becomes a refusal of DaVinci's. */
export async function refusing<T>({ environment, flow, exchange }: Step, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PingOneError) || error.status >= 429) throw error;
    throw await refusedStep(environment, flow, error, capabilities[what] ?? ofDevices, exchange?.id ?? environment.random.uuid());
  }
}

/** The engine refused a step: its refusal, as DaVinci passes on what PingOne's API said. */
async function refusedStep(
  environment: Environment,
  flow: Flow,
  error: PingOneError,
  [connection, capability]: Capability,
  correlationId: string,
): Promise<DavinciRefusal> {
  const interaction = interactionOf(flow);
  const isPassword = error.details[0]?.code === 'INVALID_CREDENTIALS';
  const failure = isPassword
    ? await wrongPassword(environment, collectedText(flow, 'username'), correlationId)
    : {
        capability,
        code: error.status,
        message: messageOf(error),
        category: 'InvalidData',
        details: [rawResponse(error.envelope(correlationId), error.status)],
      };
  return new DavinciRefusal(
    400,
    failureBody(interaction, { connection, ...failure }),
    error.check ?? check('interaction_step', false, { got: error.message }),
  );
}

/** Wrong credentials, which DaVinci tells apart, though the message does not (docs/fidelity.md, 4.6). */
async function wrongPassword(environment: Environment, username: string, correlationId: string) {
  const common = { code: wrongCredentials, message: wrongCredentials };
  const user = await findUserByUsername(environment, username);
  const password = user && (await environment.store.passwords.get(user.id));
  if (!user || !password) {
    const found = { _embedded: { users: [] }, count: 0, size: 0, userFilter: `(username eq ${JSON.stringify(username.slice(0, 100))})` };
    return { ...common, capability: 'userLookup', category: 'Expected', details: [rawResponse(found, 200)] };
  }
  const { lockout } = (await passwordPolicyOf(environment, user)) as PasswordRequirements;
  const failuresRemaining = Math.max(0, (lockout?.failureCount ?? Number.MAX_SAFE_INTEGER) - (password.failures ?? 0));
  const message = 'The provided password did not match provisioned password';
  const refused = invalidData({ code: 'INVALID_VALUE', target: 'password', message, innerError: { failuresRemaining } });
  const details = [rawResponse(refused.envelope(correlationId), 400)];
  return { ...common, capability: 'checkPassword', category: 'Unexpected', expected: false, details };
}
