import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData, invalidValue } from '../pingone/pingone-error.js';
import type { SignedOn } from './complete.js';
import { sendPasscode } from './devices.js';
import { advance, type StepInput, withActionDone } from './engine.js';
import { requireCode } from './one-time-codes.js';

/** The user of a flow, as it is now: disabled or deleted meanwhile, nothing of it goes on. */
export async function userOfFlow(environment: Environment, flow: Flow): Promise<User> {
  const user = flow.userId === undefined ? undefined : await findActiveUser(environment, flow.userId);
  if (user) return user;
  const reason = 'the user is disabled, locked or gone';
  throw invalidData({ code: 'INVALID_CREDENTIALS', message: flowTexts.credentials.text }, { reason });
}

/** Sends a passcode to one of the flow's devices (the action `device.select`). */
export async function selectDevice(environment: Environment, flow: Flow, deviceId: string): Promise<SignedOn> {
  const user = await userOfFlow(environment, flow);
  const device = flow.devices?.find(({ id }) => id === deviceId);
  if (!device) throw invalidValue('device', flowTexts.device.text);
  return { flow: await sendPasscode(environment, flow, user, device) };
}

/** Checks a one-time passcode (the action `otp.check`). */
export async function checkPasscode(environment: Environment, flow: Flow, passcode: string, input: StepInput): Promise<SignedOn> {
  await userOfFlow(environment, flow);
  await requireCode(environment, flow, 'passcode', passcode);
  const amr = [...new Set([...(flow.amr ?? []), 'otp', 'mfa'])];
  return advance(environment, withActionDone({ ...flow, amr, sentCode: undefined }), input);
}
