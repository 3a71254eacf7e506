import type { Message } from '../../environment/journal/outbox.js';
import { type Html, html } from '../../lib/html.js';
import { type FieldInput, field, type Problem, problemBox } from './form-parts.js';
import { ownWords, type Words } from './words.js';

export interface StepForm {
  readonly heading: string;
  /** The line under the heading. */
  readonly purpose: Html;
  readonly problem: Problem | undefined;
  /** Between the message and the form. */
  readonly intro?: Html | undefined;
  /** The user whose new password a password manager should keep. */
  readonly account?: string;
  readonly fields?: readonly Omit<FieldInput, 'focus' | 'problem'>[];
  readonly button: string;
  /** The value of the button, if the form has several. */
  readonly action?: string;
  /** Between the form and the other buttons. */
  readonly outro?: Html | undefined;
  /** More buttons and links, each button in a form of its own. */
  readonly others: readonly Html[];
}

/** One step of a sign-on: what it is about, its fields, and the one button that continues. */
export function stepForm({ heading, purpose, problem, fields = [], account, action, ...rest }: StepForm): Html {
  const focused = problem?.focus ?? fields.find(({ value }) => !value)?.name;
  return html`<h1>${heading}</h1>
${purpose}
${problemBox(problem)}
${rest.intro}<form method="post">
${
  account !== undefined &&
  html`<input type="text" name="username" autocomplete="username" value="${account}" readonly hidden>
`
}${fields.map((input) => html`${field({ ...input, focus: input.name === focused, problem })}\n`)}<button class="primary" type="submit"${
    action !== undefined && html` name="action" value="${action}"`
  }>${rest.button}</button>
</form>
${rest.outro}<div class="others">${rest.others}</div>`;
}

/** Where the browser goes once the person has signed on: the host, or the scheme of an app on a device. */
function destinationOf(redirectUri: string | undefined): string | undefined {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return redirectUri;
  const { protocol, host } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? host : `${protocol}//${host}`;
}

/** The application that asks, and where it gets its answer. */
export const purposeOf = (words: Words, applicationName: string, redirectUri: string | undefined): Html => {
  const destination = destinationOf(redirectUri);
  const application = html`<strong><bdi>${applicationName || 'an application without a name'}</bdi></strong>`;
  return html`<p class="purpose">${words.html('text.purpose', { application })}${
    destination !== undefined &&
    html`
<span class="destination">${words.html('text.destination', { destination: html`<bdi>${destination}</bdi>` })}</span>`
  }</p>`;
};

const sentBy = {
  email: 'mailed this',
  sms: 'sent this by SMS',
  voice: 'said this in a call',
  whatsapp: 'sent this by WhatsApp',
  push: 'pushed this',
} as const;

/** The message that PingOne would have sent, to be read here: nothing leaves the mock. */
export const sentMessage = (message: Message | undefined, words: Words): Html | undefined =>
  message &&
  html`<details class="mail"${ownWords(words)}><summary>The mock would have ${sentBy[message.channel]} to <bdi>${message.to}</bdi></summary>
<p dir="auto"><strong>${message.subject}</strong></p>
<p dir="auto">${message.text}</p>
</details>
`;
