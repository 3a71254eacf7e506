import type { Owned } from './configuration.js';

/** What users consent to, in the spelling of PingOne's management API, without `_links`. */

export interface Agreement extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly reconsentPeriodDays?: number;
}

/** An agreement in one language. */
export interface AgreementLanguage extends Owned {
  readonly agreement: { readonly id: string };
  readonly locale: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly userExperience?: {
    readonly acceptCheckboxText?: string;
    readonly continueButtonText?: string;
    readonly declineButtonText?: string;
  };
}

/** The text of an agreement in one language, from a moment on. */
export interface AgreementRevision extends Owned {
  readonly agreement: { readonly id: string };
  readonly language: { readonly id: string };
  readonly contentType: string;
  readonly effectiveAt: string;
  readonly requireReconsent: boolean;
  readonly text: string;
}

/** The latest consent of a user to an agreement. */
export interface AgreementConsent {
  readonly id: string;
  readonly user: { readonly id: string };
  readonly agreement: { readonly id: string };
  readonly language: { readonly id: string };
  readonly revision: { readonly id: string };
  readonly at: string;
}
