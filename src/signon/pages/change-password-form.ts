import { type Html, html } from '../../lib/html.js';
import { buttonForm, field, type Problem, problemBox } from './form-parts.js';
import { purpose } from './sign-on-form.js';

export interface ChangePasswordForm {
  readonly applicationName: string;
  readonly redirectUri?: string | undefined;
  readonly username: string;
  readonly expired: boolean;
  readonly problem?: Problem | undefined;
}

/** The form for a password that may not be used any longer. */
export function changePasswordForm({ applicationName, redirectUri, username, expired, problem }: ChangePasswordForm): Html {
  const focus = problem?.focus ?? 'currentPassword';
  return html`<h1>Change Password</h1>
${purpose(applicationName, redirectUri)}
<p>${expired ? 'The password of' : 'Before you go on, the password of'} <strong><bdi>${username}</bdi></strong> ${expired ? 'has expired.' : 'must be changed.'}</p>
${problemBox(problem)}
<form method="post">
<input type="text" name="username" autocomplete="username" value="${username}" readonly hidden>
${field({ name: 'currentPassword', label: 'Current Password', type: 'password', autocomplete: 'current-password', focus: focus === 'currentPassword', problem })}
${field({ name: 'newPassword', label: 'New Password', type: 'password', autocomplete: 'new-password', focus: focus === 'newPassword', problem })}
<button class="primary">Change Password</button>
</form>
<div class="others">${buttonForm('reset', 'Use another account')}${buttonForm('cancel', 'Cancel')}</div>`;
}
