import { type FlowNode, nodesOf } from '../../configuration/flow-policies/nodes.js';
import type { Environment } from '../../environment/context.js';
import type { FlowPolicy } from '../../environment/model/flow-policies.js';
import type { Flow, FlowStatus, Session } from '../../environment/model/lifetimes.js';
import { textMember } from '../../lib/unknown.js';
import { completeSignOn } from '../complete.js';
import { saveFlow, transactionOf, userOfFlow } from '../flows.js';
import { cancelPush, checkPasscode, pollPush, selectDevice } from '../mfa/actions.js';
import { changePassword, signOnWithPassword } from '../password.js';
import { forgetPassword, recoverPassword, sendRecoveryCode } from '../password-recovery.js';
import { registerUser, sendVerificationCode, verifyUser } from '../registration.js';
import type { Step, StepResult } from '../step.js';
import { collect, type FormData, type SentForm, textOf } from './form-data.js';
import { blankField, customError, outOfOrder, refusedChallenge, refusing, unknownButton } from './refusals.js';
import { keys, waitsByItself } from './screens.js';
import { beginFactor, save } from './second-factor.js';
import { collectedProfile, collectedText } from './values.js';

/** Where a DaVinci flow is. */
export type Outcome =
  /** It waits at a form, which the person has not seen yet. */
  | { readonly kind: 'waiting'; readonly flow: Flow; readonly node: FlowNode }
  /** It still waits at the same form. */
  | { readonly kind: 'rewound'; readonly flow: Flow }
  /** The person has signed on. */
  | { readonly kind: 'completed'; readonly flow: Flow; readonly session?: Session | undefined }
  /** It has ended without a sign-on. */
  | { readonly kind: 'failed'; readonly flow: Flow; readonly error: { readonly code: string; readonly message: string } };

/** A flow on its way through nodes. */
interface Course {
  readonly step: Step;
  readonly nodes: ReadonlyMap<string, FlowNode>;
}

const courseOf = (step: Step, policy: FlowPolicy): Course => ({
  step,
  nodes: new Map(nodesOf(policy).map((node) => [node.id, node])),
});

/** The node that a flow waits in; undefined if the flow policy has changed meanwhile. */
export const nodeOf = ({ davinci }: Flow, policy: FlowPolicy): FlowNode | undefined =>
  nodesOf(policy).find(({ id }) => id === davinci?.nodeId);

const inNode = (flow: Flow, nodeId: string): Flow => (flow.davinci ? { ...flow, davinci: { ...flow.davinci, nodeId } } : flow);

/** Begins at the first node of a flow policy. */
export async function beginInteraction(step: Step, policy: FlowPolicy): Promise<Outcome> {
  const { environment } = step;
  const [first] = nodesOf(policy);
  const interactionToken = environment.random.bytes(128).toString('hex');
  const flow: Flow = { ...step.flow, davinci: { policyId: policy.id, nodeId: first?.id ?? '', interactionToken, values: {} } };
  return enter(courseOf({ ...step, flow }, policy), first?.id);
}

/** Goes on from the form that a flow waits at. */
export async function submitForm(step: Step, policy: FlowPolicy, sent: SentForm): Promise<Outcome> {
  const node = nodeOf(step.flow, policy);
  if (!node) throw outOfOrder(step.flow, { got: step.flow.davinci?.nodeId ?? '', expected: 'a node of the flow policy' });
  const course = courseOf(step, policy);
  if (waitsByItself(step.flow))
    return goOn(course, node, await refusing(step, step.flow.status, async () => answerOwnForm(step, node, sent)));
  if (node.type !== 'form') throw outOfOrder(step.flow, { got: node.id, expected: 'a form' });
  const isAction = sent.eventType === 'action';
  const only = node.buttons.length === 1 && sent.actionKey === '' ? node.buttons[0] : undefined;
  const button = only ?? node.buttons.find(({ key }) => key === sent.actionKey);
  if (!button)
    throw unknownButton(step.flow, { got: sent.actionKey.slice(0, 100), expected: node.buttons.map(({ key }) => key).join(' or ') });
  const values = collect(step.flow, node, sent.formData, !isAction && button.type === 'SUBMIT_BUTTON');
  const flow: Flow = step.flow.davinci ? { ...step.flow, davinci: { ...step.flow.davinci, values } } : step.flow;
  return enter({ ...course, step: { ...step, flow } }, button.next);
}

/** The result of a step: the flow waits, has ended, or goes on to the next node. */
async function goOn(course: Course, node: FlowNode, result: StepResult | 'rewound'): Promise<Outcome> {
  if (result === 'rewound') return { kind: 'rewound', flow: course.step.flow };
  const { flow } = result;
  if (flow.status === 'FAILED')
    return { kind: 'failed', flow, error: flow.error ?? { code: 'server_error', message: 'The sign-on failed' } };
  if (waitsByItself(flow)) return { kind: 'waiting', flow, node };
  return enter({ ...course, step: { ...course.step, flow } }, node.next);
}

/** Goes through nodes up to one that waits for the person, or to the end. */
async function enter({ step, nodes }: Course, nodeId: string | undefined): Promise<Outcome> {
  let flow = step.flow;
  let node = nodes.get(nodeId ?? '');
  // Each node at most once: what is checked when a seed is read holds here too.
  for (let left = nodes.size; node && left > 0; left -= 1) {
    const here: Step = { ...step, flow: inNode(flow, node.id) };
    if (node.type === 'form') return show(here, node);
    if (node.type === 'success') return refusing(here, 'success', () => signOn(here));
    if (node.type === 'error') {
      if (!node.final) throw customError(flow, node);
      const error = { code: node.code, message: node.message };
      return { kind: 'failed', flow: await saveFlow(step.environment, { ...here.flow, status: 'FAILED', error }), error };
    }
    const doing = node;
    const outcome: StepResult = await refusing(here, doing.type, () => work(here, doing));
    if (outcome.flow.status === 'FAILED' || waitsByItself(outcome.flow)) return goOn({ step: here, nodes }, node, outcome);
    flow = outcome.flow;
    node = nodes.get(node.next ?? '');
  }
  throw outOfOrder(flow, { got: nodeId ?? '', expected: 'a node that waits' });
}

async function show({ environment, flow, exchange }: Step, node: FlowNode & { type: 'form' }): Promise<Outcome> {
  const waiting = await saveFlow(environment, { ...flow, status: 'SIGN_ON_REQUIRED' });
  const title = `The flow waits at the form ${JSON.stringify(node.name)}`;
  environment.transactions.step(transactionOf(environment, flow), { kind: 'login', ok: null, title, checks: [], exchange });
  return { kind: 'waiting', flow: waiting, node };
}

async function signOn(step: Step): Promise<Outcome> {
  const { environment, flow, session, exchange } = step;
  const user = await userOfFlow(environment, flow);
  const completed = await completeSignOn(environment, flow, user, { session, exchange, amr: flow.amr ?? [] });
  return { kind: 'completed', flow: completed.flow, session: completed.session };
}

/** Has the engine do what a node asks for. */
async function work(step: Step, { type }: FlowNode): Promise<StepResult> {
  const { environment, flow } = step;
  const text = (name: string): string => collectedText(flow, name);
  const needed = (name: string): string => {
    if (text(name) === '') throw blankField(flow, name);
    return text(name);
  };
  if (type === 'password') return signOnWithPassword(step, { username: needed('username'), password: needed('password') });
  if (type === 'register') {
    const body = { username: needed('email'), ...collectedProfile(flow), email: needed('email') };
    return registerUser(step, { password: needed('password') }, body);
  }
  if (type === 'password-reset') return forgetPassword(step, { username: needed('username') });
  const user = await userOfFlow(environment, flow);
  return { flow: await beginFactor(step, user, type === 'push' ? 'push' : 'otp') };
}

type Answer = (step: Step, data: FormData, node: FlowNode) => Promise<StepResult | 'rewound'>;

/** What the mock's own forms do when they are submitted. */
const answers: Readonly<Partial<Record<FlowStatus, Answer>>> = {
  VERIFICATION_CODE_REQUIRED: (step, data) => verifyUser(step, { verificationCode: required(step.flow, data, keys.verificationCode) }),
  RECOVERY_CODE_REQUIRED: (step, data) =>
    recoverPassword(step, {
      recoveryCode: required(step.flow, data, keys.recoveryCode),
      newPassword: required(step.flow, data, keys.newPassword),
    }),
  MUST_CHANGE_PASSWORD: replacePassword,
  PASSWORD_EXPIRED: replacePassword,
  OTP_REQUIRED: (step, data) => checkPasscode(step, { otp: required(step.flow, data, keys.otp) }),
  DEVICE_SELECTION_REQUIRED: async (step, data, node) => {
    const device = { id: textMember(data[keys.device], 'id') ?? required(step.flow, data, keys.device) };
    return asked(step.environment, await selectDevice(step, { device }), node);
  },
  PUSH_CONFIRMATION_REQUIRED: async (step, data) => {
    const result = await pollPush(step);
    if (result.flow.status !== 'PUSH_CONFIRMATION_REQUIRED') return result;
    // A client that gives up says so; one that goes on sends the form again.
    const said = textOf(step.flow, data, keys.polling);
    if (!['timedOut', 'expired', 'error'].includes(said)) return 'rewound';
    await cancelPush(step);
    return { flow: await saveFlow(step.environment, { ...step.flow, status: 'PUSH_CONFIRMATION_TIMED_OUT', pushId: undefined }) };
  },
};

/** What asks again: for a code, or for the phone's answer. */
const repeats: Readonly<Partial<Record<FlowStatus, Answer>>> = {
  VERIFICATION_CODE_REQUIRED: (step) => sendVerificationCode(step),
  RECOVERY_CODE_REQUIRED: (step) => sendRecoveryCode(step),
  OTP_REQUIRED: askAgain,
  PUSH_CONFIRMATION_TIMED_OUT: askAgain,
};

async function askAgain(step: Step, _data: FormData, node: FlowNode): Promise<StepResult> {
  const { selectedDeviceId = '' } = step.flow;
  return asked(step.environment, await selectDevice(step, { device: { id: selectedDeviceId } }), node);
}

/** The phone has a challenge of its own each time. */
const asked = async (environment: Environment, { flow, session }: StepResult, node: FlowNode): Promise<StepResult> => ({
  flow: await save(environment, flow, node.type === 'push' ? 'push' : 'otp'),
  session,
});

function replacePassword(step: Step, data: FormData): Promise<StepResult> {
  const { flow } = step;
  const currentPassword = required(flow, data, keys.currentPassword);
  return changePassword(step, { currentPassword, newPassword: required(flow, data, keys.newPassword) });
}

function required(flow: Flow, data: FormData, key: string): string {
  const text = textOf(flow, data, key);
  if (text === '') throw blankField(flow, key);
  return text;
}

function answerOwnForm(step: Step, node: FlowNode, { actionKey, formData }: SentForm): Promise<StepResult | 'rewound'> {
  const { flow } = step;
  const again = repeats[flow.status];
  if (again && actionKey === keys.resend) return again(step, formData, node);
  const answer = answers[flow.status];
  if (!answer) throw unknownButton(flow, { got: actionKey.slice(0, 100), expected: keys.resend });
  return answer(step, formData, node);
}

/** How the phone answered a challenge; undefined until it does. */
export type ChallengeStatus = 'approved' | 'denied' | undefined;

/** The status of the challenge that a flow waits for. */
export function challengeStatus(outcome: 'waiting' | 'approved' | 'denied' | 'timed out'): ChallengeStatus {
  if (outcome === 'timed out') throw refusedChallenge(true);
  return outcome === 'waiting' ? undefined : outcome;
}
