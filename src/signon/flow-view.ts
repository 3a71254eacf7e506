import type { Application } from '../environment/model/application.js';
import type { PasswordPolicy } from '../environment/model/configuration.js';
import type { Flow, FlowDevice, FlowStatus } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { signOnUrl } from '../pingone/hosts.js';

/** The actions that a flow may offer in each status, in PingOne's order (docs/fidelity.md, 4.3). */
const actionsOfStatus: Partial<Record<FlowStatus, readonly string[]>> = {
  SIGN_ON_REQUIRED: ['user.lookup', 'user.register', 'session.reset'],
  USERNAME_PASSWORD_REQUIRED: ['usernamePassword.check', 'password.forgot', 'user.register', 'session.reset'],
  PASSWORD_REQUIRED: ['usernamePassword.check', 'password.forgot', 'session.reset'],
  MUST_CHANGE_PASSWORD: ['password.reset', 'session.reset'],
  PASSWORD_EXPIRED: ['password.reset', 'session.reset'],
  RECOVERY_CODE_REQUIRED: ['password.recover', 'password.sendRecoveryCode', 'session.reset'],
  VERIFICATION_CODE_REQUIRED: ['user.verify', 'user.sendVerificationCode', 'session.reset'],
  DEVICE_SELECTION_REQUIRED: ['device.select', 'session.reset'],
  OTP_REQUIRED: ['otp.check', 'device.select', 'session.reset'],
  PROFILE_DATA_REQUIRED: ['user.update', 'session.reset'],
  AGREEMENT_CONSENT_REQUIRED: ['user.consent', 'session.reset'],
  DAG_USER_CODE_REQUIRED: ['deviceAuthGrant.userCode.verify', 'session.reset'],
  DAG_CONSENT_REQUIRED: ['deviceAuthGrant.consent', 'session.reset'],
};

/** The actions that a flow offers: those of its status, as far as the sign-on policy allows them. */
export const actionsOf = ({ status, registration, withoutRecovery }: Flow): readonly string[] =>
  (actionsOfStatus[status] ?? []).filter(
    (action) => (action !== 'user.register' || registration === true) && (action !== 'password.forgot' || withoutRecovery !== true),
  );

export interface FlowView {
  readonly application: Application | undefined;
  readonly user?: User | undefined;
  /** What a new password is held to, in the steps that ask for one. */
  readonly passwordPolicy?: PasswordPolicy | undefined;
  /** Final values, only under `pi.flow` and only when the flow is complete. */
  readonly authorizeResponse?: Readonly<Record<string, unknown>> | undefined;
}

/** An address of which only as much is shown as its owner needs to know it by: `*******01`, `a****@example.com`. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  return at < 0 ? address.slice(-2).padStart(address.length, '*') : `${address.slice(0, 1).padEnd(at, '*')}${address.slice(at)}`;
};

const deviceBody = ({ id, type, address }: FlowDevice) => ({
  id,
  type,
  status: 'ACTIVE',
  userRetries: 0,
  [type === 'SMS' ? 'phone' : 'email']: maskAddress(address),
});

const policyBody = ({ environment, createdAt, updatedAt, default: _isDefault, ...members }: PasswordPolicy) => members;

/** What is shown of the step that a flow waits in. The shapes of profile and agreement are inferred. */
const stepBody = (flow: Flow, { passwordPolicy }: FlowView): Record<string, unknown> => ({
  ...(passwordPolicy && { passwordPolicy: policyBody(passwordPolicy) }),
  ...((flow.status === 'OTP_REQUIRED' || flow.status === 'DEVICE_SELECTION_REQUIRED') && { devices: flow.devices?.map(deviceBody) }),
  ...(flow.status === 'PROFILE_DATA_REQUIRED' && { attributes: flow.attributes }),
});

/** A flow as PingOne shows it (docs/fidelity.md, 4.1). */
export function flowBody(flow: Flow, view: FlowView) {
  const { application, user, authorizeResponse } = view;
  const href = `${flow.baseUrl}/flows/${flow.id}`;
  const done = flow.status === 'COMPLETED' || flow.status === 'FAILED';
  return {
    _links: {
      self: { href },
      ...Object.fromEntries(actionsOf(flow).map((action) => [action, { href }])),
      ...(!done && { signOnPage: { href: `${signOnUrl(flow.baseUrl)}?flowId=${flow.id}` } }),
    },
    _embedded: {
      ...(user && {
        user: { id: user.id, username: user.username, ...(user.name && { name: { given: user.name.given, family: user.name.family } }) },
      }),
      ...stepBody(flow, view),
      application: { name: application?.name ?? '', ...(application?.icon && { icon: application.icon }) },
    },
    id: flow.id,
    environment: { id: flow.environmentId },
    ...(flow.authentication && { session: { id: flow.authentication.sessionId } }),
    resumeUrl: `${flow.baseUrl}/as/resume?flowId=${flow.id}`,
    status: flow.status,
    createdAt: new Date(flow.createdAt).toISOString(),
    expiresAt: new Date(flow.expiresAt).toISOString(),
    ...(flow.status === 'PROFILE_DATA_REQUIRED' && flow.promptText !== undefined && { promptText: flow.promptText }),
    ...(flow.status === 'OTP_REQUIRED' && { bypassAllowed: false, selectedDevice: { id: flow.selectedDeviceId } }),
    ...(flow.error && { error: flow.error }),
    ...(authorizeResponse && { authorizeResponse }),
  };
}
