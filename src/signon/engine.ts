import { findUserByUsername } from '../configuration/directory/users.js';
import { linkAccount } from '../configuration/identity-providers/linked-accounts.js';
import { findPolicyOfFlow, policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { IdentityProvider } from '../environment/model/identity-providers.js';
import type { Flow, Session, SignOnProgress } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import { textMember } from '../lib/unknown.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { check } from '../protocol/check.js';
import { agreedBy } from './agreements.js';
import { completeSignOn } from './complete.js';
import { authoritativeProvider, discoveredProvider } from './external/offered.js';
import { saveFlow, transactionOf } from './flows.js';
import { beginSecondFactor } from './mfa/begin.js';
import { sendVerification } from './one-time-codes.js';
import { isEnabled, isPasswordAction, missingAttributes, nextPolicyAction, stillCounts } from './policy-actions.js';
import type { Step, StepResult } from './step.js';

/** The progress of a sign-on in which nothing has been done. */
const untouched: Readonly<Record<keyof SignOnProgress, undefined>> = {
  passed: undefined,
  amr: undefined,
  earlier: undefined,
  sentCode: undefined,
  devices: undefined,
  selectedDeviceId: undefined,
  devicePolicyId: undefined,
  assertion: undefined,
  pushId: undefined,
  attributes: undefined,
  promptText: undefined,
  actionId: undefined,
  failedPolicies: undefined,
  registration: undefined,
  withoutRecovery: undefined,
  external: undefined,
  awaitedProviderId: undefined,
  externalProblem: undefined,
};

/** What a person is asked for if no policy says. */
const login = { id: 'login', type: 'LOGIN', priority: 1 } as SignOnPolicyAction;

const policyActionsFor = async (environment: Environment, flow: Flow): Promise<readonly SignOnPolicyAction[]> => {
  const { actions } = await policyOfFlow(environment, flow);
  return actions.length > 0 ? actions : [login];
};

/** Begins the sign-on of a flow at the first action of its policy. A session that still counts may stand in for some of them. */
export async function beginSignOn(environment: Environment, flow: Flow, session?: Session): Promise<Flow> {
  const fresh: Flow = { ...flow, ...untouched, userId: flow.request.userId, authentication: undefined };
  const now = environment.clock.now();
  const earlier = session && stillCounts(flow.request, session, now) ? session : undefined;
  const user = earlier && (await findActiveUser(environment, earlier.userId));
  if (earlier && user) {
    const { authenticatedAt, amr } = earlier;
    const known: Flow = { ...fresh, userId: user.id, amr, earlier: { authenticatedAt, amr } };
    const actions = await policyActionsFor(environment, flow);
    const facts = { passed: [], earlier: known.earlier, user, agreed: await agreedBy(environment, actions, user), now };
    const next = nextPolicyAction(actions, facts);
    if (next && !isPasswordAction(next) && next.type !== 'IDENTITY_PROVIDER') return (await advance({ environment, flow: known })).flow;
  }
  return (await advance({ environment, flow: fresh })).flow;
}

/** The flow once its user has shown the right password. An account at an external provider that waits for the user is linked. */
export async function withPassword(environment: Environment, flow: Flow, user: User): Promise<Flow> {
  if (flow.external) await linkAccount(environment, user, flow.external);
  const done = (await policyActionsFor(environment, flow))
    .filter((action) => isPasswordAction(action) || (flow.external && providerOf(action) === flow.external.providerId))
    .map(({ id }) => id);
  return {
    ...flow,
    external: undefined,
    userId: user.id,
    passed: [...(flow.passed ?? []), ...done],
    amr: [...new Set([...(flow.amr ?? []), 'pwd'])],
    sentCode: undefined,
  };
}

/** The flow once its user has signed on at an external provider, which takes the place of the password. */
export async function withProvider(environment: Environment, flow: Flow, providerId: string, user: User): Promise<Flow> {
  const done = (await policyActionsFor(environment, flow))
    .filter((action) => isPasswordAction(action) || providerOf(action) === providerId)
    .map(({ id }) => id);
  return {
    ...flow,
    userId: user.id,
    passed: [...(flow.passed ?? []), ...done],
    amr: [...new Set([...(flow.amr ?? []), 'ext'])],
    external: undefined,
    awaitedProviderId: undefined,
    externalProblem: undefined,
    sentCode: undefined,
  };
}

/**
 * The flow once its user has shown the first factor without a page, as the mock does in a test's place: at the provider that the
 * policy or the user's authority names, or else with the password.
 */
export async function withFirstFactor(environment: Environment, flow: Flow, user: User): Promise<Flow> {
  const waiting = (await policyActionsFor(environment, flow)).find(({ id }) => id === flow.actionId);
  const providerId = (waiting && providerOf(waiting)) ?? (await authoritativeProvider(environment, user))?.id;
  return providerId === undefined ? withPassword(environment, flow, user) : withProvider(environment, flow, providerId, user);
}

/** The flow once the policy action that it waits in is done. */
export const withPolicyActionDone = (flow: Flow): Flow => ({
  ...flow,
  passed: [...(flow.passed ?? []), ...(flow.actionId === undefined ? [] : [flow.actionId])],
});

/** Moves a flow on to the next action of its policy; after the last one the sign-on is complete. */
export async function advance(step: Step): Promise<StepResult> {
  const { environment, flow } = step;
  const user = flow.userId === undefined ? undefined : (step.user ?? (await findActiveUser(environment, flow.userId)));
  const { passed = [], amr = [], earlier } = flow;
  if (user && amr.length > 0 && user.lifecycle.status === 'VERIFICATION_REQUIRED')
    return { flow: await sendVerification(environment, flow, user) };
  // The nodes of a flow of DaVinci say what comes next.
  if (flow.davinci) return { flow: await saveFlow(environment, { ...flow, status: 'SIGN_ON_REQUIRED', sentCode: undefined }) };
  const actions = await policyActionsFor(environment, flow);
  const facts = { passed, earlier, user, agreed: await agreedBy(environment, actions, user), now: environment.clock.now() };
  const found = nextPolicyAction(actions, facts);
  if (!found && user && amr.length > 0)
    return completeSignOn(environment, flow, user, { session: step.session, exchange: step.exchange, amr });
  // A policy that asks for nothing still needs a user.
  const action = found ?? login;
  const waiting: Step = { ...step, flow: { ...flow, actionId: action.id, sentCode: undefined } };
  if (action.type === 'IDENTITY_PROVIDER') return askAtProvider(waiting, action);
  if (!user || isPasswordAction(action)) return askForPassword(waiting, action, user);
  if (action.type === 'MULTI_FACTOR_AUTHENTICATION') return askForSecondFactor(waiting, action, user);
  if (action.type === 'PROGRESSIVE_PROFILING') return askForProfile(waiting, action, user);
  if (action.type === 'AGREEMENT') return { flow: await saveFlow(environment, { ...waiting.flow, status: 'AGREEMENT_CONSENT_REQUIRED' }) };
  const reason = `the mock does not support the action ${action.type}`;
  return failPolicy(step, { code: 'REQUEST_FAILED', message: flowTexts.unsupported.text, reason });
}

async function askForPassword({ environment, flow }: Step, action: SignOnPolicyAction, user: User | undefined): Promise<StepResult> {
  const provider = action.type === 'IDENTIFIER_FIRST' ? await providerFor(environment, flow, action, user) : undefined;
  if (provider) return { flow: await awaitProvider(environment, flow, provider) };
  const asksForName = action.type === 'LOGIN' ? 'USERNAME_PASSWORD_REQUIRED' : 'SIGN_ON_REQUIRED';
  const waiting: Flow = {
    ...flow,
    status: user ? 'PASSWORD_REQUIRED' : asksForName,
    registration: !user && isEnabled(action.registration) === true ? true : undefined,
    withoutRecovery: isEnabled(action.recovery) === false ? true : undefined,
  };
  return { flow: await saveFlow(environment, waiting) };
}

/** Where an IDENTIFIER_FIRST action sends a person instead of asking for a password: by the name that the application hints at, or by who it is. */
async function providerFor(
  environment: Environment,
  { request: { loginHint } }: Flow,
  action: SignOnPolicyAction,
  user: User | undefined,
): Promise<IdentityProvider | undefined> {
  if (user) return authoritativeProvider(environment, user);
  if (loginHint === undefined) return undefined;
  const hinted = await findUserByUsername(environment, loginHint);
  return (await discoveredProvider(environment, action, loginHint)) ?? (hinted && authoritativeProvider(environment, hinted));
}

/** The provider that an action sends people to. */
const providerOf = ({ identityProvider }: SignOnPolicyAction): string | undefined => textMember(identityProvider, 'id')?.toLowerCase();

/** Waits for the provider that the name of a person has led to. */
export const awaitProvider = (environment: Environment, flow: Flow, { id }: { readonly id: string }): Promise<Flow> =>
  saveFlow(environment, { ...flow, status: 'EXTERNAL_AUTHENTICATION_REQUIRED', awaitedProviderId: id });

async function askAtProvider(step: Step, action: SignOnPolicyAction): Promise<StepResult> {
  const { environment, flow } = step;
  const provider = await environment.store.identityProviders.get(providerOf(action) ?? '');
  if (provider?.enabled && provider.type !== 'SAML')
    return { flow: await saveFlow(environment, { ...flow, status: 'EXTERNAL_AUTHENTICATION_REQUIRED' }) };
  const reason = provider ? `the identity provider ${provider.name} cannot be used` : 'the policy names no identity provider';
  return failPolicy(step, { code: 'REQUEST_FAILED', message: flowTexts.unsupported.text, reason });
}

async function askForSecondFactor(step: Step, action: SignOnPolicyAction, user: User): Promise<StepResult> {
  const { environment, flow } = step;
  const begun = await beginSecondFactor(environment, flow, user, action);
  if (begun.kind === 'begun') return { flow: await saveFlow(environment, begun.state) };
  if (action.noDevicesMode === 'BYPASS') return advance({ ...step, flow: withPolicyActionDone(flow) });
  const { unavailable: unavailableDevices } = begun;
  const reason =
    unavailableDevices.length > 0
      ? `no device of ${user.username} can be used now: MFA is not enabled for the user, or they are blocked, locked or not allowed by the MFA policy`
      : `${user.username} has no device`;
  return failPolicy(step, { code: 'NO_USABLE_DEVICES', message: flowTexts.noDevices.text(user.id), reason, unavailableDevices });
}

async function askForProfile({ environment, flow }: Step, action: SignOnPolicyAction, user: User): Promise<StepResult> {
  const promptText = typeof action.promptText === 'string' ? action.promptText : undefined;
  const attributes = missingAttributes(action, user);
  return { flow: await saveFlow(environment, { ...flow, status: 'PROFILE_DATA_REQUIRED', attributes, promptText }) };
}

interface Failure {
  readonly code: string;
  readonly message: string;
  /** In our words, for the transaction. */
  readonly reason: string;
  readonly unavailableDevices?: readonly { readonly id: string }[];
}

/**
 * The policy that a flow runs through cannot be met: the next one is tried, and without a next one the sign-on has
 * failed (docs/fidelity.md, 3.4). What the person has already shown is not asked for again.
 */
async function failPolicy(step: Step, failure: Failure): Promise<StepResult> {
  const { environment, flow, exchange } = step;
  const next: Flow = { ...flow, failedPolicies: (flow.failedPolicies ?? 0) + 1, actionId: undefined, sentCode: undefined };
  const policy = await findPolicyOfFlow(environment, next);
  if (!policy) return { flow: await failFlow(step, failure) };
  const title = `The policy cannot be met: ${failure.reason}. Trying the next one: ${policy.name}`;
  environment.transactions.step(transactionOf(environment, flow), { kind: 'login', ok: null, title, checks: [], exchange });
  const shown = flow.amr?.includes('pwd') ? policy.actions.filter(isPasswordAction).map(({ id }) => id) : [];
  return advance({ ...step, flow: { ...next, passed: [...(flow.passed ?? []), ...shown] } });
}

/** Ends a flow without a sign-on; the resume endpoint passes the error on to the application. */
export async function failFlow({ environment, flow, exchange }: Step, { reason, ...error }: Failure): Promise<Flow> {
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    ok: null,
    title: `Sign-on failed: ${reason}`,
    checks: [check('user_not_refused', false)],
    exchange,
  });
  return saveFlow(environment, { ...flow, status: 'FAILED', error });
}
