import { type Html, html } from '../../lib/html.js';

/** Why a form comes back, and where the person should look. */
export interface Problem {
  readonly message: string;
  /** More about it, one line each. */
  readonly details?: readonly string[];
  /** The names of the fields that may be at fault. */
  readonly fields: readonly string[];
  /** The field to go on with. */
  readonly focus: string;
}

export interface FieldInput {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'password' | 'email';
  readonly autocomplete: string;
  readonly value?: string | undefined;
  /** May be left empty. */
  readonly optional?: boolean;
  readonly focus: boolean;
  readonly problem?: Problem | undefined;
}

/** A labelled text box. One that is at fault says so, and names the message that tells why. */
export const field = ({ name, label, type, autocomplete, value, optional, focus, problem }: FieldInput): Html => html`<p class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" dir="auto"${!optional && html` required`}${
  value !== undefined && html` value="${value}"`
}${problem?.fields.includes(name) && html` aria-invalid="true" aria-describedby="problem"`}${focus && html` autofocus`}>
</p>`;

/** The message above a form. */
export const problemBox = (problem: Problem | undefined): Html | undefined =>
  problem &&
  html`<div class="problem" role="alert" id="problem">
<p>${problem.message}</p>${
    problem.details &&
    problem.details.length > 0 &&
    html`
<ul>${problem.details.map((detail) => html`<li>${detail}</li>`)}</ul>`
  }
</div>`;

/** A form with one button, which posts to the page itself. */
export const buttonForm = (action: string, label: string): Html => html`<form method="post" class="other">
<button class="plain" name="action" value="${action}">${label}</button>
</form>`;

/** Where the browser goes once the person is signed on: the host, or the scheme of an app on a device. */
export function destinationOf(redirectUri: string | undefined): string | undefined {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return redirectUri;
  const { protocol, host } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? host : `${protocol}//${host}`;
}
