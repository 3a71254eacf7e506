import type { Message } from '../../environment/journal/outbox.js';
import { type Html, html } from '../../lib/html.js';
import { buttonForm, type FieldInput, field, type Problem, problemBox } from './form-parts.js';
import { purpose } from './sign-on-form.js';

export interface StepForm {
  readonly heading: string;
  readonly applicationName: string;
  readonly redirectUri?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly intro?: Html | undefined;
  readonly fields?: readonly Omit<FieldInput, 'focus' | 'problem'>[];
  readonly button: string;
  /** What the button says of the form that it sends. */
  readonly action?: string;
  /** More buttons, each in a form of its own. */
  readonly others?: readonly (Html | undefined)[];
  /** What PingOne would have sent. */
  readonly message?: Message | undefined;
}

const means = { email: 'mailed this', sms: 'sent this by SMS' } as const;

/** The message that a person would have got, to be looked up here: nothing leaves the mock. */
const peek = (message: Message | undefined): Html | undefined =>
  message &&
  html`<details class="mail"><summary>The mock would have ${means[message.channel]} to <bdi>${message.to}</bdi></summary>
<p><strong>${message.subject}</strong></p>
<p>${message.text}</p>
</details>
`;

/** One step of a sign-on: what it is about, its fields, and one button that goes on. */
export function stepForm({ heading, applicationName, redirectUri, problem, fields = [], action, ...rest }: StepForm): Html {
  const focused = problem?.focus ?? fields.find(({ value }) => !value)?.name;
  return html`<h1>${heading}</h1>
${purpose(applicationName, redirectUri)}
${problemBox(problem)}
${rest.intro}
<form method="post">
${fields.map((input) => html`${field({ ...input, focus: input.name === focused, problem })}\n`)}<button class="primary"${
    action !== undefined && html` name="action" value="${action}"`
  }>${rest.button}</button>
</form>
${peek(rest.message)}<div class="others">${rest.others ?? []}${buttonForm('reset', 'Begin again')}${buttonForm('cancel', 'Cancel')}</div>`;
}
