import { selectDevice } from '../second-factor.js';
import type { Action } from './action.js';
import { requiredText, wrongType } from './required-text.js';

/** `device.select`: send the one-time passcode to this device. The body is `{ "device": { "id" } }`. */
export const selectDeviceAction: Action = async ({ environment, flow, body }) => {
  const { device = {} } = body;
  if (typeof device !== 'object' || Array.isArray(device)) throw wrongType(['device']);
  const { id } = requiredText((device ?? {}) as Record<string, unknown>, ['id'], 'device');
  return selectDevice(environment, flow, id);
};
