import { type Html, html } from '../../lib/html.js';

/** Why a form is shown again, and where the person should look. */
export interface Problem {
  readonly message: string;
  /** More about it, one line each. */
  readonly details?: readonly string[];
  /** The names of the fields that may be wrong. */
  readonly fields: readonly string[];
  /** The field that gets the focus. */
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

/** A labelled text box. If it may be wrong, it says so and points to the message. */
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

/** A form with a single button, posted to the page itself. */
export const buttonForm = (action: string, label: string): Html => html`<form method="post" class="other">
<button class="plain" name="action" value="${action}">${label}</button>
</form>`;
