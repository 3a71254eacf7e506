import { requestOptions } from '../../configuration/devices/passkeys.js';
import type { Environment } from '../../environment/context.js';
import type { FlowDevice, SecondFactor } from '../../environment/model/second-factor.js';
import { passkeyDevices, selectedDevice } from './answers.js';
import { maskAddress } from './challenge.js';

const showDevice = ({ id, type, address, nickname }: FlowDevice) => ({
  id,
  type,
  status: 'ACTIVE',
  userRetries: 0,
  ...(nickname !== undefined && { nickname }),
  ...(address !== undefined && { [type === 'EMAIL' ? 'email' : 'phone']: maskAddress(address) }),
});

const waits: readonly string[] = [
  'DEVICE_SELECTION_REQUIRED',
  'OTP_REQUIRED',
  'ASSERTION_REQUIRED',
  'PUSH_CONFIRMATION_REQUIRED',
  'PUSH_CONFIRMATION_TIMED_OUT',
];

/** Whether a flow or an authentication waits for a second factor. */
export const waitsForDevice = ({ status }: Pick<SecondFactor, 'status'>): boolean => waits.includes(status);

/** The devices that the user may choose from, masked. */
export const showDevices = (state: SecondFactor) => (waitsForDevice(state) ? { devices: (state.devices ?? []).map(showDevice) } : {});

/** What an answer shows of the second factor that it waits for: `selectedDevice`, what a passkey is asked by, the passcode in test mode, the number of a push. */
export async function showSecondFactor(environment: Environment, state: SecondFactor): Promise<object> {
  if (!waitsForDevice(state)) return {};
  const { store } = environment;
  const device = selectedDevice(state);
  const push = state.pushId === undefined ? undefined : await store.pushRequests.get(state.pushId);
  return {
    bypassAllowed: false,
    ...(device && { selectedDevice: { id: device.id } }),
    ...(device?.testMode && state.sentCode && { test: { otp: state.sentCode.value } }),
    ...(state.status === 'ASSERTION_REQUIRED' &&
      state.assertion && {
        publicKeyCredentialRequestOptions: await requestOptions(environment, state.assertion, passkeyDevices(state)),
      }),
    ...(push?.number !== undefined && { numberMatching: { number: push.number } }),
  };
}
