import { findPolicyOfFlow, policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { Flow, Session, SignOnProgress } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { check } from '../protocol/check.js';
import { completeSignOn, type SignedOn } from './complete.js';
import { devicesFor, sendPasscode } from './devices.js';
import { saveFlow, transactionOf } from './flows.js';
import { isPasswordAction, missingAttributes, nextAction, stillCounts } from './steps.js';
import { askForVerification } from './verification.js';

/** What a step of a sign-on needs to know of the request that carries it. */
export interface StepInput {
  /** The session that the browser has already. */
  readonly session?: Session | undefined;
  readonly exchange?: Exchange | undefined;
}

/** What a flow knows of its sign-on before anything was done. */
const untouched: Readonly<Record<keyof SignOnProgress, undefined>> = {
  passed: undefined,
  amr: undefined,
  earlier: undefined,
  sentCode: undefined,
  devices: undefined,
  selectedDeviceId: undefined,
  attributes: undefined,
  promptText: undefined,
  actionId: undefined,
  failedPolicies: undefined,
  registration: undefined,
  withoutRecovery: undefined,
};

/** What a person is asked for where no policy says it. */
const login = { id: 'login', type: 'LOGIN', priority: 1 } as SignOnPolicyAction;

const actionsFor = async (environment: Environment, flow: Flow): Promise<readonly SignOnPolicyAction[]> => {
  const { actions } = await policyOfFlow(environment, flow);
  return actions.length > 0 ? actions : [login];
};

/** Begins the sign-on of a flow at the first step of its policy. A session that still counts may take over some of them. */
export async function beginSignOn(environment: Environment, flow: Flow, session?: Session): Promise<Flow> {
  const fresh: Flow = { ...flow, ...untouched, userId: flow.request.userId, authentication: undefined };
  const earlier = session && stillCounts(flow.request, session, environment.clock.now()) ? session : undefined;
  const user = earlier && (await findActiveUser(environment, earlier.userId));
  if (earlier && user) {
    const { authenticatedAt, amr } = earlier;
    const known: Flow = { ...fresh, userId: user.id, amr, earlier: { authenticatedAt, amr } };
    const next = nextAction(await actionsFor(environment, flow), {
      passed: [],
      earlier: known.earlier,
      user,
      now: environment.clock.now(),
    });
    if (next && !isPasswordAction(next)) return (await advance(environment, known)).flow;
  }
  return (await advance(environment, fresh)).flow;
}

/** The user of a flow has shown the right password. */
export async function withPassword(environment: Environment, flow: Flow, user: User): Promise<Flow> {
  const done = (await actionsFor(environment, flow)).filter(isPasswordAction).map(({ id }) => id);
  return {
    ...flow,
    userId: user.id,
    passed: [...(flow.passed ?? []), ...done],
    amr: [...new Set([...(flow.amr ?? []), 'pwd'])],
    sentCode: undefined,
  };
}

/** The action that a flow waits in is done. */
export const withActionDone = (flow: Flow): Flow => ({
  ...flow,
  passed: [...(flow.passed ?? []), ...(flow.actionId === undefined ? [] : [flow.actionId])],
});

/** Goes to the next step of the sign-on policy, and completes the sign-on where there is none left. */
export async function advance(environment: Environment, flow: Flow, input: StepInput = {}): Promise<SignedOn> {
  const user = flow.userId === undefined ? undefined : await findActiveUser(environment, flow.userId);
  const { passed = [], amr = [], earlier } = flow;
  if (user && amr.length > 0 && user.lifecycle.status === 'VERIFICATION_REQUIRED')
    return { flow: await askForVerification(environment, flow, user) };
  const found = nextAction(await actionsFor(environment, flow), { passed, earlier, user, now: environment.clock.now() });
  // Nobody is signed on by a policy that asks for nothing.
  const action = found ?? (user && amr.length > 0 ? undefined : login);
  if (!action) return completeSignOn(environment, flow, user as User, { ...input, amr });
  const waiting: Flow = { ...flow, actionId: action.id, sentCode: undefined };
  if (!user || isPasswordAction(action)) return { flow: await askForPassword(environment, waiting, action, user) };
  if (action.type === 'MULTI_FACTOR_AUTHENTICATION') return askForPasscode(environment, waiting, action, user, input);
  if (action.type === 'PROGRESSIVE_PROFILING') return { flow: await askForProfile(environment, waiting, action, user) };
  if (action.type === 'AGREEMENT') return { flow: await saveFlow(environment, { ...waiting, status: 'AGREEMENT_CONSENT_REQUIRED' }) };
  const reason = `the mock has no action ${action.type}`;
  return failPolicy(environment, flow, { code: 'REQUEST_FAILED', message: flowTexts.unsupported.text, reason }, input);
}

const isEnabled = (setting: unknown): unknown => (setting as { enabled?: unknown } | undefined)?.enabled;

function askForPassword(environment: Environment, flow: Flow, action: SignOnPolicyAction, user: User | undefined): Promise<Flow> {
  const asksForName = action.type === 'LOGIN' ? 'USERNAME_PASSWORD_REQUIRED' : 'SIGN_ON_REQUIRED';
  return saveFlow(environment, {
    ...flow,
    status: user ? 'PASSWORD_REQUIRED' : asksForName,
    registration: !user && isEnabled(action.registration) === true ? true : undefined,
    withoutRecovery: isEnabled(action.recovery) === false ? true : undefined,
  });
}

async function askForPasscode(environment: Environment, flow: Flow, action: SignOnPolicyAction, user: User, input: StepInput) {
  const devices = devicesFor(action, user);
  const [first] = devices;
  if (!first && action.noDevicesMode === 'BYPASS') return advance(environment, withActionDone(flow), input);
  if (!first) {
    const failure = { code: 'NO_USABLE_DEVICES', message: flowTexts.noDevices.text, reason: `${user.username} has no e-mail address` };
    return failPolicy(environment, flow, failure, input);
  }
  const waiting: Flow = { ...flow, devices, status: 'DEVICE_SELECTION_REQUIRED' };
  return { flow: devices.length > 1 ? await saveFlow(environment, waiting) : await sendPasscode(environment, waiting, user, first) };
}

function askForProfile(environment: Environment, flow: Flow, action: SignOnPolicyAction, user: User): Promise<Flow> {
  const promptText = typeof action.promptText === 'string' ? action.promptText : undefined;
  return saveFlow(environment, { ...flow, status: 'PROFILE_DATA_REQUIRED', attributes: missingAttributes(action, user), promptText });
}

interface Failure {
  readonly code: string;
  readonly message: string;
  /** In our words, for the transaction. */
  readonly reason: string;
}

/**
 * The policy that a flow runs through cannot be met: the next one is tried, and where there is none the sign-on has
 * failed (docs/fidelity.md, 3.4). What the person has shown already is not asked for again.
 */
async function failPolicy(environment: Environment, flow: Flow, failure: Failure, input: StepInput): Promise<SignedOn> {
  const next: Flow = { ...flow, failedPolicies: (flow.failedPolicies ?? 0) + 1, actionId: undefined, sentCode: undefined };
  const policy = await findPolicyOfFlow(environment, next);
  if (!policy) return { flow: await failFlow(environment, flow, failure, input.exchange) };
  const title = `The policy cannot be met: ${failure.reason}. The next one is tried: ${policy.name}`;
  environment.transactions.step(transactionOf(environment, flow), { kind: 'login', ok: null, title, checks: [], exchange: input.exchange });
  const shown = flow.amr?.includes('pwd') ? policy.actions.filter(isPasswordAction).map(({ id }) => id) : [];
  return advance(environment, { ...next, passed: [...(flow.passed ?? []), ...shown] }, input);
}

/** Ends a flow without a sign-on; the application is told by the resume endpoint. */
export async function failFlow(
  environment: Environment,
  flow: Flow,
  { code, message, reason }: Failure,
  exchange: Exchange | undefined,
): Promise<Flow> {
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    ok: null,
    title: `Sign-on failed: ${reason}`,
    checks: [check('user_not_refused', false)],
    exchange,
  });
  return saveFlow(environment, { ...flow, status: 'FAILED', error: { code, message } });
}
