import { type Check, check, type Decision, failed, type Refused } from '../protocol/check.js';
import { type OAuthErrorCode, type Prefix, type Refusal, type RefusalRule, refusals } from '../protocol/rules/index.js';
import { invalidData, PingOneError, requestFailed } from './pingone-error.js';
import { platformMessages } from './platform-messages.js';

export { type ErrorDetail, type ErrorEnvelope, PingOneError } from './pingone-error.js';

const prefixes: Record<Prefix, string> = {
  validation: `${platformMessages.INVALID_DATA}: `,
  processing: `${platformMessages.REQUEST_FAILED}: `,
  denied: 'Request denied: ',
  failed: 'Request failed: ',
  none: '',
};

/** Refused in the format of RFC 6749 §5.2, or by a redirect (§4.1.2.1). */
export class OAuthError extends Error {
  readonly rule: RefusalRule;
  readonly check: Check;
  readonly checks: readonly Check[];
  readonly refusal: Refusal;

  /** `checks` are all that were made; the first that failed is the one that decided. */
  constructor(rule: RefusalRule, checks: readonly Check[] = [check(rule, false)]) {
    const refusedBy = failed(checks) ?? check(rule, false);
    const { expected, got } = refusedBy;
    super(`${rule}${got === undefined ? '' : `: got ${got}`}${expected === undefined ? '' : `, expected ${expected}`}`);
    this.rule = rule;
    this.check = refusedBy;
    this.checks = checks;
    this.refusal = refusals[rule];
  }

  get error(): OAuthErrorCode {
    return this.refusal.error;
  }

  get status(): number {
    return this.refusal.status ?? 400;
  }

  get detail(): string {
    const { detail } = this.refusal;
    return typeof detail === 'string' ? detail : detail(this.check);
  }

  /**
   * error_description, in the pattern that PingOne's texts follow, in the characters that RFC 6749 §4.1.2.1 and §5.2
   * allow: it may repeat what a request sent, but without quotation marks, control characters and letters beyond ASCII.
   */
  description(correlationId: string): string {
    const detail = this.detail.slice(0, 500).replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
    if (this.refusal.prefix === 'none') return detail;
    return `${prefixes[this.refusal.prefix]}${detail} (Correlation ID: ${correlationId})`;
  }

  body(correlationId: string): { error: OAuthErrorCode; error_description: string } {
    return { error: this.error, error_description: this.description(correlationId) };
  }

  /** The same refusal in PingOne's own format: what `pi.flow` and the error page get (docs/fidelity.md, 3.5 and 3.6). */
  toPingOne(): PingOneError {
    const { prefix, target, bare } = this.refusal;
    if (bare === 'with detail')
      return new PingOneError({ status: this.status, code: 'INVALID_REQUEST', text: this.detail, reason: this.message });
    if (bare) return invalidData([], { reason: this.message });
    if (target === undefined || prefix === 'processing' || prefix === 'denied')
      return requestFailed({ code: this.error.toUpperCase(), message: this.detail }, { status: this.status, reason: this.message });
    const code = this.check.got === undefined && /_present$/.test(this.rule) ? 'REQUIRED_VALUE' : 'INVALID_VALUE';
    return invalidData({ code, target, message: this.detail }, { reason: this.message });
  }
}

/** The answer to a decision that refused. */
export const refusalOf = ({ refusedBy, checks }: Refused): OAuthError => new OAuthError(refusedBy.rule, checks);

/** Throws the refusal of a decision, or returns what it led to. */
export function enforce<T>(decision: Decision<T>): T {
  if (decision.refusedBy) throw refusalOf(decision);
  return decision.value;
}
