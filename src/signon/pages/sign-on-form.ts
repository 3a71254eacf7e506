import { type Html, html } from '../../lib/html.js';
import { buttonForm, destinationOf, field, type Problem, problemBox } from './form-parts.js';
import type { TestUser } from './test-users.js';

export interface SignOnForm {
  readonly applicationName: string;
  readonly redirectUri?: string | undefined;
  readonly username?: string | undefined;
  readonly users: readonly TestUser[];
  /** Where the sign-on can be left for another form. */
  readonly links: readonly Html[];
  readonly problem?: Problem | undefined;
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0] as string)
    .join('')
    .toUpperCase();

const testUser = ({ id, username, name }: TestUser): Html => html`<li><button class="user" name="testUser" value="${id}">
<span class="avatar" aria-hidden="true">${initials(name ?? username)}</span>
<span class="who">${name !== undefined && html`<bdi>${name}</bdi> `}<bdi class="username">${username}</bdi></span>
</button></li>`;

/** The application that asks, and where it will be told. */
export const purpose = (applicationName: string, redirectUri: string | undefined): Html => {
  const destination = destinationOf(redirectUri);
  return html`<p class="purpose">to continue to <strong><bdi>${applicationName || 'an application without a name'}</bdi></strong>${
    destination !== undefined &&
    html`
<span class="destination">You return to <bdi>${destination}</bdi></span>`
  }</p>`;
};

/**
 * The form of the sign-on. Scripts find it by its names and labels, and press its first submit button: the other
 * buttons stand after it, in forms of their own, and none has "Sign On", "Username" or "Password" in its name.
 */
export function signOnForm({ applicationName, redirectUri, username, users, links, problem }: SignOnForm): Html {
  const focus = problem?.focus ?? (username ? 'password' : 'username');
  return html`<h1>Sign On</h1>
${purpose(applicationName, redirectUri)}
${problemBox(problem)}
<form method="post">
${field({ name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: username, focus: focus === 'username', problem })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: focus === 'password', problem })}
<button class="primary">Sign On</button>
</form>
${
  users.length > 0 &&
  html`<section class="test-users" aria-labelledby="test-users">
<h2 id="test-users">Use a test user</h2>
<form method="post"><ul>
${users.map(testUser)}
</ul></form>
</section>
`
}<div class="others">${links}${buttonForm('cancel', 'Cancel')}</div>`;
}
