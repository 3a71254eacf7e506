import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { type Html, html } from '../../lib/html.js';
import { buttonForm, type Problem } from './form-parts.js';
import { purposeOf, type StepForm, sentMessage, stepForm } from './step-form.js';

/** What every view is given. */
export interface ViewInput {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly user: User | undefined;
  readonly application: Application | undefined;
  readonly problem?: Problem | undefined;
  /** The form that was sent last. */
  readonly typed?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The inside of a page. */
export interface View {
  readonly heading: string;
  readonly body: Html;
  /** After so many seconds the browser looks again. */
  readonly refreshSeconds?: number;
  /** The page asks for a passkey, which needs a script. */
  readonly asksForPasskey?: true;
}

/** A page that is not shown: the browser goes on at once. */
export interface Elsewhere {
  readonly redirect: string;
}

export type MakeView = (input: ViewInput) => View | Elsewhere | undefined | Promise<View | Elsewhere | undefined>;

/** A field for a code that was sent. */
export const code = { type: 'text', autocomplete: 'one-time-code' } as const;

/** The last message of the flow, to be read on the page. */
export const lastMessage = ({ environment, flow }: ViewInput): Html | undefined => sentMessage(environment.outbox.lastOf(flow.id));

export const beginAgain = buttonForm('reset', 'Start over');
export const anotherAccount = buttonForm('reset', 'Use another account');
export const cancel = buttonForm('cancel', 'Cancel');

export const nameOf = ({ user }: ViewInput): Html => html`<strong><bdi>${user?.username ?? ''}</bdi></strong>`;

/** The application that the sign-on is for. */
export const purpose = ({ application, flow }: ViewInput): Html => purposeOf(application?.name ?? '', flow.request.redirectUri);

/** A page with one form. */
export const formView = (input: ViewInput, form: Omit<StepForm, 'purpose' | 'problem'> & { readonly purpose?: Html }): View => ({
  heading: form.heading,
  body: stepForm({ purpose: purpose(input), problem: input.problem, ...form }),
});

/** A step of the sign-on policy: it can be begun again or cancelled. */
export const policyStep = (
  input: ViewInput,
  { intro, others = [], ...form }: Omit<StepForm, 'purpose' | 'problem' | 'others'> & { readonly others?: readonly Html[] },
): View => formView(input, { ...form, intro: html`${intro}\n`, others: [...others, beginAgain, cancel] });
