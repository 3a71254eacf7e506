import type { Passkey } from '../../environment/model/mfa.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { advance, failFlow, withPolicyActionDone } from '../engine.js';
import { saveFlow, userOfFlow } from '../flows.js';
import type { Step, StepResult } from '../step.js';
import { deviceAmong, pushOutcome, requireUsable, selectedDevice, takeAssertion, takePasscode, withDeviceUsed } from './answers.js';
import { challenge } from './challenge.js';

/** Uses one of the flow's devices (`device.select`); the one that is selected already is asked once more. */
export async function selectDevice({ environment, flow }: Step, { device: { id } }: { device: { id: string } }): Promise<StepResult> {
  const user = await userOfFlow(environment, flow);
  const device = deviceAmong(flow, id);
  await requireUsable(environment, device);
  return { flow: await saveFlow(environment, await challenge(environment, flow, user, device)) };
}

/** The flow goes on, now that the user has shown the selected device. */
function withSecondFactor(step: Step, passkey?: Passkey): Promise<StepResult> {
  const { flow } = step;
  const device = selectedDevice(flow);
  const amr = device ? withDeviceUsed(flow.amr ?? [], device, passkey) : flow.amr;
  return advance({ ...step, flow: withPolicyActionDone({ ...flow, amr, sentCode: undefined, assertion: undefined, pushId: undefined }) });
}

/** Checks a one-time passcode (`otp.check`). */
export async function checkPasscode(step: Step, { otp }: { otp: string }): Promise<StepResult> {
  const { environment } = step;
  await userOfFlow(environment, step.flow);
  const flow = await takePasscode(environment, step.flow, otp, (state) => saveFlow(environment, state));
  return withSecondFactor({ ...step, flow });
}

/** Checks what a browser answered for a passkey (`assertion.check`). */
export async function checkAssertion(step: Step, answer: { origin: string; assertion: string }): Promise<StepResult> {
  const { environment } = step;
  await userOfFlow(environment, step.flow);
  const { state: flow, passkey } = await takeAssertion(environment, step.flow, answer, (state) => saveFlow(environment, state));
  return withSecondFactor({ ...step, flow }, passkey);
}

/** Looks whether the phone has answered: a flow that waits for one goes on when it is read. */
export async function pollPush(step: Step): Promise<StepResult> {
  const { environment, flow } = step;
  const outcome = await pushOutcome(environment, flow);
  if (outcome === 'waiting') return { flow };
  if (outcome === 'approved') {
    await userOfFlow(environment, flow);
    return withSecondFactor(step);
  }
  if (outcome === 'timed out')
    return { flow: await saveFlow(environment, { ...flow, status: 'PUSH_CONFIRMATION_TIMED_OUT', pushId: undefined }) };
  const failure = { code: 'PUSH_CONFIRMATION_DENIED', message: flowTexts.pushDenied.text, reason: 'the request was denied on the phone' };
  return { flow: await failFlow(step, failure) };
}

/** Takes a push request back, to choose another device (`cancel.push.authentication`). */
export async function cancelPush({ environment, flow }: Step): Promise<StepResult> {
  if (flow.pushId !== undefined) await environment.store.pushRequests.take(flow.pushId);
  const waiting = { ...flow, status: 'DEVICE_SELECTION_REQUIRED', pushId: undefined, selectedDeviceId: undefined } as const;
  return { flow: await saveFlow(environment, waiting) };
}
