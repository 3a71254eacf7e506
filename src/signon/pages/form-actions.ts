import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { type ActionName, actionNames, offers } from '../actions.js';
import type { PageForm } from './page-form.js';
import { credentialsOf } from './test-users.js';

type Body = Readonly<Record<string, unknown>>;

/** The forms that a person may ask for in place of the sign-on: the `form` of the page's address, and its action. */
const alternatives: Readonly<Record<string, ActionName>> = { forgot: 'password.forgot', register: 'user.register' };

/** The requested alternative, if the flow offers its action. */
export const alternativeOf = (flow: Flow, form: string | undefined): ActionName | undefined => {
  const name = form !== undefined && Object.hasOwn(alternatives, form) ? alternatives[form] : undefined;
  return name && offers(flow, name) ? name : undefined;
};

/** The attributes of a profile. Their fields are numbered in the order in which the flow asks for them. */
const profileOf = (form: PageForm, { attributes = [] }: Flow): Body => {
  const profile: Record<string, Record<string, unknown> | string> = {};
  for (const [at, { name }] of attributes.entries()) {
    const value = form[`attribute${at}`];
    if (!value) continue;
    const [first, second] = name.split('.', 2) as [string, string?];
    if (second === undefined) profile[first] = value;
    else profile[first] = { ...(typeof profile[first] === 'object' ? profile[first] : {}), [second]: value };
  }
  return profile;
};

/** The body of each action, read from a form; undefined if the form does not ask for this action. */
const bodies: Readonly<Record<ActionName, (form: PageForm, flow: Flow) => Body | undefined>> = {
  'usernamePassword.check': ({ username = '', password }) => ({ username, password }),
  'user.lookup': ({ username }) => ({ username }),
  'password.forgot': ({ action, username }) => (action === 'forgot' ? { username } : undefined),
  'user.register': ({ action, username, email, password }) => (action === 'register' ? { username, email, password } : undefined),
  'password.reset': ({ currentPassword, newPassword }) => ({ currentPassword, newPassword }),
  'password.recover': ({ recoveryCode, newPassword }) => ({ recoveryCode, newPassword }),
  'password.sendRecoveryCode': ({ action }) => (action === 'resend' ? {} : undefined),
  'user.verify': ({ verificationCode }) => ({ verificationCode }),
  'user.sendVerificationCode': ({ action }) => (action === 'resend' ? {} : undefined),
  'otp.check': ({ otp }) => ({ otp }),
  'device.select': ({ action, device }, { selectedDeviceId }) => {
    const id = action === 'resend' ? selectedDeviceId : device;
    return id ? { device: { id } } : undefined;
  },
  'assertion.check': ({ origin, assertion }) => (assertion ? { origin, assertion } : undefined),
  'cancel.push.authentication': ({ action }) => (action === 'other-device' ? { reason: 'CHANGE_DEVICE' } : undefined),
  'user.update': profileOf,
  'user.confirm': profileOf,
  'user.consent': ({ action }) => (action === 'accept' || action === 'decline' ? { accept: action === 'accept' } : undefined),
  'deviceAuthGrant.userCode.verify': ({ userCode }) => ({ userCode }),
  'deviceAuthGrant.consent': ({ action }) => (action === 'accept' || action === 'deny' ? { accept: action === 'accept' } : undefined),
  'session.reset': ({ action }) => (action === 'reset' ? {} : undefined),
};

/** The action that a form asks for. */
export interface SubmittedAction {
  readonly name: ActionName;
  readonly body: Body;
}

/** The action that a form asks for, out of those that the flow offers; undefined if it asks for none of them. */
export function actionOfForm(flow: Flow, form: PageForm): SubmittedAction | undefined {
  // A second click on the form of a sign-on: the browser never saw the first answer, nor its cookies, so it signs on once more.
  const offered = flow.status === 'COMPLETED' ? (['usernamePassword.check'] as const) : actionNames.filter((name) => offers(flow, name));
  // From the last to the first: the first action of each status takes any form, the others have a button of their own.
  for (const name of offered.toReversed()) {
    const body = bodies[name](form, flow);
    if (body) return { name, body };
  }
  return undefined;
}

/** A click on a test user counts as a form with that user's name and password. */
export const withTestUser = async (environment: Environment, form: PageForm): Promise<PageForm> =>
  form.testUser ? { ...form, ...(await credentialsOf(environment, form.testUser)) } : form;
