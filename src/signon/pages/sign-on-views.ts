import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import type { ActionName } from '../actions.js';
import { socialProvidersOf } from '../external/offered.js';
import { providerLink, withExternalProblem } from './external-views.js';
import { alternativeOf } from './form-actions.js';
import { listTestUsers, type TestUser } from './test-users.js';
import { anotherAccount, cancel, formView, type MakeView, nameOf, policyStep, purpose, type ViewInput } from './view.js';

const username = { name: 'username', label: 'Username', type: 'text', autocomplete: 'username' } as const;
const password = { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' } as const;
export const newPassword = { name: 'newPassword', label: 'New Password', type: 'password', autocomplete: 'new-password' } as const;

/** A link for each external provider that the policy offers. */
export const providerLinks = async ({ environment, flow }: ViewInput): Promise<Html | undefined> => {
  const providers = await socialProvidersOf(environment, flow);
  if (providers.length === 0) return undefined;
  return html`<section class="providers" aria-labelledby="providers">
<h2 id="providers">Other ways</h2>
<ul>${providers.map((provider) => html`<li>${providerLink(flow, provider)}</li>`)}</ul>
</section>
`;
};

/** Links to the forms that the person may ask for in place of the sign-on. */
const alternativeLinks = ({ flow }: ViewInput): Html[] =>
  Object.entries({ forgot: 'Recover access', register: 'Create an account' })
    .filter(([form]) => alternativeOf(flow, form))
    .map(([form, label]) => html`<a class="plain" href="?flowId=${flow.id}&amp;form=${form}">${label}</a>`);

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0] as string)
    .join('')
    .toUpperCase();

const testUserButton = ({ id, username, name }: TestUser): Html => html`<li><button class="user" name="testUser" value="${id}">
<span class="avatar" aria-hidden="true">${initials(name ?? username)}</span>
<span class="who">${name !== undefined && html`<bdi>${name}</bdi> `}<bdi class="username">${username}</bdi></span>
</button></li>`;

const testUserButtons = (users: readonly TestUser[]): Html | undefined =>
  users.length === 0
    ? undefined
    : html`<section class="test-users" aria-labelledby="test-users">
<h2 id="test-users">Use a test user</h2>
<form method="post"><ul>
${users.map(testUserButton)}
</ul></form>
</section>
`;

/**
 * User name and password. Scripts find the form by its names and labels, and press the first submit button: the other
 * buttons follow it, in forms of their own, and none has "Sign On", "Username" or "Password" in its name.
 */
const signOn: MakeView = async (input) => {
  const { environment, flow, user, typed } = input;
  return formView(withExternalProblem(input), {
    heading: 'Sign On',
    fields: [{ ...username, value: typed ? (typed.username ?? '') : (user?.username ?? flow.request.loginHint) }, password],
    button: 'Sign On',
    outro: html`${await providerLinks(input)}${testUserButtons(await listTestUsers(environment, flow))}`,
    others: [...alternativeLinks(input), cancel],
  });
};

const changePassword: MakeView = (input) => {
  const expired = input.flow.status === 'PASSWORD_EXPIRED';
  return formView(input, {
    heading: 'Change Password',
    purpose: html`${purpose(input)}
<p>The password of ${nameOf(input)} ${expired ? 'has expired.' : 'must be changed before you continue.'}</p>`,
    account: input.user?.username ?? '',
    fields: [{ ...password, name: 'currentPassword', label: 'Current Password' }, newPassword],
    button: 'Change Password',
    others: [anotherAccount, cancel],
  });
};

export const signOnViews: Partial<Record<FlowStatus, MakeView>> = {
  USERNAME_PASSWORD_REQUIRED: signOn,
  PASSWORD_REQUIRED: signOn,
  SIGN_ON_REQUIRED: async (input) =>
    policyStep(withExternalProblem(input), {
      heading: 'Sign On',
      fields: [{ ...username, value: input.typed?.username ?? input.flow.request.loginHint ?? '' }],
      button: 'Next',
      action: 'lookup',
      outro: await providerLinks(input),
      others: alternativeLinks(input),
    }),
  MUST_CHANGE_PASSWORD: changePassword,
  PASSWORD_EXPIRED: changePassword,
};

/** The forms that a person may ask for in place of the sign-on, by the action that they send. */
export const alternativeViews: Partial<Record<ActionName, MakeView>> = {
  'password.forgot': (input) =>
    policyStep(input, {
      heading: 'Reset Your Password',
      intro: html`<p>A recovery code will be sent to the e-mail address of your account.</p>`,
      fields: [{ ...username, value: input.typed?.username }],
      button: 'Send the code',
      action: 'forgot',
    }),
  'user.register': (input) =>
    policyStep(input, {
      heading: 'Create an Account',
      fields: [
        { ...username, value: input.typed?.username },
        { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email', value: input.typed?.email },
        { ...password, autocomplete: 'new-password' },
      ],
      button: 'Create',
      action: 'register',
    }),
};
