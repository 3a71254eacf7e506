import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import type { ActionName } from '../actions.js';
import { socialProvidersOf } from '../external/offered.js';
import { providerLink, withExternalProblem } from './external-views.js';
import { alternativeOf } from './form-actions.js';
import { listTestUsers, type TestUser } from './test-users.js';
import { anotherAccount, cancel, formView, type MakeView, nameOf, policyStep, purpose, type ViewInput } from './view.js';
import { ownWords, type Words } from './words.js';

type Worded = Pick<ViewInput, 'words'>;

const username = ({ words }: Worded) =>
  ({ name: 'username', label: words.text('label.username'), type: 'text', autocomplete: 'username' }) as const;
const password = ({ words }: Worded) =>
  ({ name: 'password', label: words.text('label.password'), type: 'password', autocomplete: 'current-password' }) as const;
export const newPassword = ({ words }: Worded) =>
  ({ name: 'newPassword', label: words.text('label.newPassword'), type: 'password', autocomplete: 'new-password' }) as const;

/** A link for each external provider that the policy offers. */
export const providerLinks = async (input: ViewInput): Promise<Html | undefined> => {
  const { environment, flow, words } = input;
  const providers = await socialProvidersOf(environment, flow);
  if (providers.length === 0) return undefined;
  return html`<section class="providers" aria-labelledby="providers">
<h2 id="providers">${words.text('text.otherWays')}</h2>
<ul>${providers.map((provider) => html`<li>${providerLink(input, provider)}</li>`)}</ul>
</section>
`;
};

/** Links to the forms that the person may ask for in place of the sign-on. */
const alternativeLinks = ({ flow, words }: ViewInput): Html[] =>
  Object.entries({ forgot: words.text('button.recover'), register: words.text('button.createNewAccount') })
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

const testUserButtons = (users: readonly TestUser[], words: Words): Html | undefined =>
  users.length === 0
    ? undefined
    : html`<section class="test-users" aria-labelledby="test-users"${ownWords(words)}>
<h2 id="test-users">Use a test user</h2>
<form method="post"><ul>
${users.map(testUserButton)}
</ul></form>
</section>
`;

/**
 * Username and password. Scripts find the form by its names and labels, and press the first submit button: the other
 * buttons follow it, in forms of their own, and none has "Sign On", "Username" or "Password" in its name.
 */
const signOn: MakeView = async (input) => {
  const { environment, flow, user, typed, words } = input;
  return formView(withExternalProblem(input), {
    heading: words.text('heading.signOn'),
    fields: [{ ...username(input), value: typed ? (typed.username ?? '') : (user?.username ?? flow.request.loginHint) }, password(input)],
    button: words.text('button.signOn'),
    outro: html`${await providerLinks(input)}${testUserButtons(await listTestUsers(environment, flow), words)}`,
    others: [...alternativeLinks(input), cancel(input)],
  });
};

const changePassword: MakeView = (input) => {
  const { words } = input;
  const expired = input.flow.status === 'PASSWORD_EXPIRED';
  return formView(input, {
    heading: words.text('heading.changePassword'),
    purpose: html`${purpose(input)}
<p>${words.html(expired ? 'text.passwordExpired' : 'text.passwordMustChange', { user: nameOf(input) })}</p>`,
    account: input.user?.username ?? '',
    fields: [{ ...password(input), name: 'currentPassword', label: words.text('label.currentPassword') }, newPassword(input)],
    button: words.text('button.changePassword'),
    others: [anotherAccount(input), cancel(input)],
  });
};

export const signOnViews: Partial<Record<FlowStatus, MakeView>> = {
  USERNAME_PASSWORD_REQUIRED: signOn,
  PASSWORD_REQUIRED: signOn,
  SIGN_ON_REQUIRED: async (input) =>
    policyStep(withExternalProblem(input), {
      heading: input.words.text('heading.signOn'),
      fields: [{ ...username(input), value: input.typed?.username ?? input.flow.request.loginHint ?? '' }],
      button: input.words.text('button.next'),
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
      heading: input.words.text('heading.resetPassword'),
      intro: html`<p>${input.words.text('text.recovery')}</p>`,
      fields: [{ ...username(input), value: input.typed?.username }],
      button: input.words.text('button.sendCode'),
      action: 'forgot',
    }),
  'user.register': (input) =>
    policyStep(input, {
      heading: input.words.text('heading.createAccount'),
      fields: [
        { ...username(input), value: input.typed?.username },
        { name: 'email', label: input.words.text('label.email'), type: 'email', autocomplete: 'email', value: input.typed?.email },
        { ...password(input), autocomplete: 'new-password' },
      ],
      button: input.words.text('button.create'),
      action: 'register',
    }),
};
