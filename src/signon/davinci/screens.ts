import { passwordPolicyOf } from '../../configuration/directory/passwords.js';
import { defaultPopulation } from '../../configuration/directory/users.js';
import type { FlowNode, FormNode, PushNode } from '../../configuration/flow-policies/nodes.js';
import type { Environment } from '../../environment/context.js';
import type { FormField } from '../../environment/model/flow-policies.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { FlowDevice } from '../../environment/model/second-factor.js';
import { connections, formCapability, shownFlowId } from '../../pingone/davinci.js';
import { selectedDevice } from '../mfa/answers.js';
import { maskAddress } from '../mfa/challenge.js';
import { interactionOf } from './refusals.js';

/** The forms of a flow as Ping's SDKs read them (docs/fidelity.md, 4.6). */

interface Screen {
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly object[];
  /** The keys whose values the answer has, empty. */
  readonly keys: readonly string[];
}

const submit = (key: string, label: string) => ({ type: 'SUBMIT_BUTTON', key, label });
const link = (key: string, label: string) => ({ type: 'FLOW_BUTTON', key, label, inputType: 'ACTION' });
const password = (key: string, label: string) => ({ type: 'PASSWORD', key, label, required: true });
const text = (key: string, label: string) => ({ type: 'TEXT', key, label, required: true });

/** The keys of buttons and fields that the mock's own forms have. */
export const keys = {
  resend: 'RESEND',
  verificationCode: 'verificationCode',
  recoveryCode: 'recoveryCode',
  currentPassword: 'currentPassword',
  newPassword: 'newPassword',
  otp: 'otp',
  device: 'device',
  polling: 'polling',
} as const;

const inputTypes: Readonly<Record<string, string>> = {
  DROPDOWN: 'SINGLE_SELECT',
  RADIO: 'SINGLE_SELECT',
  CHECKBOX: 'MULTI_SELECT',
  COMBOBOX: 'MULTI_SELECT',
  SINGLE_CHECKBOX: 'BOOLEAN',
};

/** The policy that a new password has to meet. */
async function policyFor(environment: Environment, { userId }: Flow): Promise<object | undefined> {
  const user = userId === undefined ? undefined : await environment.store.users.get(userId);
  const population = user?.population ?? (await defaultPopulation(environment));
  return population && passwordPolicyOf(environment, { population: { id: population.id } });
}

async function shownField(environment: Environment, flow: Flow, field: FormField): Promise<object> {
  const { key, type = 'TEXT', label = key, required, options } = field;
  if (type === 'LABEL') return { type, key, content: label };
  return {
    type,
    key,
    label,
    ...(required && { required }),
    ...(options && { options }),
    ...(inputTypes[type] && { inputType: inputTypes[type] }),
    ...(type === 'SINGLE_CHECKBOX' && { appearance: 'CHECKBOX' }),
    ...(type === 'PASSWORD_VERIFY' && { verify: true, passwordPolicy: await policyFor(environment, flow) }),
  };
}

async function formScreen(environment: Environment, flow: Flow, { name, description, fields, buttons }: FormNode): Promise<Screen> {
  const inputs = fields.filter(({ type }) => type !== 'LABEL');
  return {
    name,
    description,
    fields: [
      ...(await Promise.all(fields.map((field) => shownField(environment, flow, field)))),
      ...buttons.map(({ type, key, label }) => (type === 'SUBMIT_BUTTON' ? submit(key, label) : { ...link(key, label), type })),
    ],
    keys: inputs.map(({ key }) => key),
  };
}

const shownDevice = ({ id, type, address, nickname }: FlowDevice, at: number) => ({
  type,
  iconSrc: '',
  title: nickname ?? type,
  id,
  default: at === 0,
  description: address === undefined ? '' : maskAddress(address),
});

function otpScreen(flow: Flow): Screen {
  const { type = 'device', address } = selectedDevice(flow) ?? {};
  const makesOwn = address === undefined;
  return {
    name: 'Enter passcode',
    description: makesOwn ? `Enter the passcode of your ${type}` : `A passcode was sent to ${maskAddress(address)}`,
    fields: [text(keys.otp, 'Passcode'), submit('VERIFY', 'Verify'), ...(makesOwn ? [] : [link(keys.resend, 'Resend passcode')])],
    keys: [keys.otp],
  };
}

async function pushScreen(environment: Environment, flow: Flow, node: PushNode): Promise<Screen> {
  const push = await environment.store.pushRequests.get(flow.pushId ?? '');
  const content = push?.number === undefined ? 'Confirm on your phone' : `Choose ${push.number} on your phone`;
  const polls = { type: 'POLLING', key: keys.polling, pollInterval: node.pollInterval, pollRetries: node.pollRetries };
  const asked = node.polling === 'challenge' ? { pollChallengeStatus: true, challenge: flow.davinci?.challenge } : {};
  return {
    name: 'Polling',
    description: content,
    fields: [
      { type: 'LABEL', key: 'push-label', content },
      { ...polls, ...asked },
    ],
    keys: [],
  };
}

/** The mock's own forms, by what the flow waits for. */
const own: Readonly<Partial<Record<FlowStatus, (flow: Flow, environment: Environment) => Screen | Promise<Screen>>>> = {
  VERIFICATION_CODE_REQUIRED: () => ({
    name: 'Enter verification code',
    description: 'A verification code was sent to your e-mail address',
    fields: [text(keys.verificationCode, 'Verification Code'), submit('VERIFY', 'Verify'), link(keys.resend, 'Resend Verification Code')],
    keys: [keys.verificationCode],
  }),
  RECOVERY_CODE_REQUIRED: async (flow, environment) => ({
    name: 'Enter recovery code',
    description: 'User can enter a new password to use',
    fields: [
      text(keys.recoveryCode, 'Recovery Code'),
      {
        ...password(keys.newPassword, 'New Password'),
        type: 'PASSWORD_VERIFY',
        verify: true,
        passwordPolicy: await policyFor(environment, flow),
      },
      submit('SUBMIT', 'Submit'),
      link(keys.resend, 'Resend Recovery Code'),
    ],
    keys: [keys.recoveryCode, keys.newPassword],
  }),
  MUST_CHANGE_PASSWORD: changeScreen,
  PASSWORD_EXPIRED: changeScreen,
  OTP_REQUIRED: otpScreen,
  DEVICE_SELECTION_REQUIRED: ({ devices = [] }) => ({
    name: 'Select a device',
    fields: [
      { type: 'DEVICE_AUTHENTICATION', key: keys.device, label: 'Device', required: true, options: devices.map(shownDevice) },
      submit('SUBMIT', 'Next'),
    ],
    keys: [],
  }),
  PUSH_CONFIRMATION_TIMED_OUT: () => ({
    name: 'Request timed out',
    description: 'The phone did not answer in time',
    fields: [submit(keys.resend, 'Send again')],
    keys: [],
  }),
};

/** Name, keys and labels as Ping recorded them. */
async function changeScreen(flow: Flow, environment: Environment): Promise<Screen> {
  return {
    name: 'Display password reset form',
    description: 'User can enter a new password to use',
    fields: [
      password(keys.currentPassword, 'Current Password'),
      {
        ...password(keys.newPassword, 'New Password'),
        type: 'PASSWORD_VERIFY',
        verify: true,
        passwordPolicy: await policyFor(environment, flow),
      },
      submit('SUBMIT', 'Submit'),
    ],
    keys: [keys.currentPassword, keys.newPassword],
  };
}

/** Whether the flow waits at a form of the mock's own, rather than at one of its nodes. */
export const waitsByItself = ({ status }: Flow): boolean => status === 'PUSH_CONFIRMATION_REQUIRED' || own[status] !== undefined;

async function screenOf(environment: Environment, flow: Flow, node: FlowNode): Promise<Screen> {
  const screen = own[flow.status];
  if (screen) return screen(flow, environment);
  if (node.type === 'push') return pushScreen(environment, flow, node);
  return node.type === 'form' ? formScreen(environment, flow, node) : { name: node.id, fields: [], keys: [] };
}

/** Where a form is sent to. */
const addressOf = (baseUrl: string): string => `${baseUrl}/davinci/connections/${connections.forms.id}/capabilities/${formCapability}`;

/** The form that a flow waits at. */
export async function describeForm(environment: Environment, flow: Flow, node: FlowNode) {
  const { interactionId, environmentId, nodeId } = interactionOf(flow);
  const { name, description = '', fields, keys: named } = await screenOf(environment, flow, node);
  const href = addressOf(flow.baseUrl);
  return {
    interactionId,
    interactionToken: flow.davinci?.interactionToken,
    // Clients take the address for the status of a challenge from `self`.
    _links: { ...(flow.status === 'PUSH_CONFIRMATION_REQUIRED' && { self: { href } }), next: { href } },
    eventName: 'continue',
    isResponseCompatibleWithMobileAndWebSdks: true,
    id: nodeId,
    companyId: environmentId,
    flowId: shownFlowId(flow.davinci?.policyId ?? ''),
    connectionId: connections.forms.id,
    capabilityName: formCapability,
    formData: { value: Object.fromEntries(named.map((key) => [key, ''])) },
    form: { name, description, category: 'CUSTOM_HTML', components: { fields } },
  };
}

/** The form is to be sent again: nothing has happened yet. */
export function describeRewind(flow: Flow) {
  const { interactionId, nodeId } = interactionOf(flow);
  return { interactionId, id: nodeId, eventName: 'rewindStateToLastRenderedUI', success: true };
}
