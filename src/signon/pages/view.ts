import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { type Html, html } from '../../lib/html.js';
import { buttonForm, type Problem } from './form-parts.js';
import { purposeOf, type StepForm, sentMessage, stepForm } from './step-form.js';
import type { Words } from './words.js';

/** What every view is given. */
export interface ViewInput {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly user: User | undefined;
  readonly application: Application | undefined;
  /** The texts, in the language of the page. */
  readonly words: Words;
  /** The languages that the person wants, the most wanted first. */
  readonly languages: readonly string[];
  readonly problem?: Problem | undefined;
  /** The form that was sent last. */
  readonly typed?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The contents of a page. */
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
export const lastMessage = ({ environment, flow, words }: ViewInput): Html | undefined =>
  sentMessage(environment.outbox.lastOf(flow.id), words);

export const beginAgain = ({ words }: Pick<ViewInput, 'words'>): Html => buttonForm('reset', words.text('button.startOver'));
export const anotherAccount = ({ words }: Pick<ViewInput, 'words'>): Html => buttonForm('reset', words.text('button.anotherAccount'));
export const cancel = ({ words }: Pick<ViewInput, 'words'>): Html => buttonForm('cancel', words.text('button.cancel'));
/** The button that has another code sent. */
export const resend = ({ words }: Pick<ViewInput, 'words'>): Html => buttonForm('resend', words.text('button.resend'));

export const nameOf = ({ user }: ViewInput): Html => html`<strong><bdi>${user?.username ?? ''}</bdi></strong>`;

/** The application that the sign-on is for. */
export const purpose = ({ application, flow, words }: ViewInput): Html =>
  // The device is known only once its code has been entered.
  flow.deviceGrant && !application
    ? html`<p class="purpose">${words.text('heading.connectDevice')}</p>`
    : purposeOf(words, application?.name ?? '', flow.request.redirectUri);

/** A page with one form. */
export const formView = (input: ViewInput, form: Omit<StepForm, 'purpose' | 'problem'> & { readonly purpose?: Html }): View => ({
  heading: form.heading,
  body: stepForm({ purpose: purpose(input), problem: input.problem, ...form }),
});

/** A step of the sign-on policy: it can be begun again or cancelled. */
export const policyStep = (
  input: ViewInput,
  { intro, others = [], ...form }: Omit<StepForm, 'purpose' | 'problem' | 'others'> & { readonly others?: readonly Html[] },
): View => formView(input, { ...form, intro: html`${intro}\n`, others: [...others, beginAgain(input), cancel(input)] });
