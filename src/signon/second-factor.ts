import { flowTexts } from '../pingone/flow-texts.js';
import { invalidValue } from '../pingone/pingone-error.js';
import { advance, withPolicyActionDone } from './engine.js';
import { userOfFlow } from './flows.js';
import { requireCode } from './one-time-codes.js';
import { sendPasscode } from './passcode-devices.js';
import type { Step, StepResult } from './step.js';

/** Sends a passcode to one of the flow's devices (`device.select`). */
export async function selectPasscodeDevice({ environment, flow }: Step, { device }: { device: { id: string } }): Promise<StepResult> {
  const user = await userOfFlow(environment, flow);
  const selected = flow.devices?.find(({ id }) => id === device.id);
  if (!selected) throw invalidValue('device', flowTexts.device.text);
  return { flow: await sendPasscode(environment, flow, user, selected) };
}

/** Checks a one-time passcode (`otp.check`). */
export async function checkPasscode(step: Step, { otp }: { otp: string }): Promise<StepResult> {
  const { environment, flow } = step;
  await userOfFlow(environment, flow);
  await requireCode(environment, flow, 'passcode', otp);
  const amr = [...new Set([...(flow.amr ?? []), 'otp', 'mfa'])];
  return advance({ ...step, flow: withPolicyActionDone({ ...flow, amr, sentCode: undefined }) });
}
