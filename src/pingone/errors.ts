import type { Check } from '../protocol/check.js';
import { type PlatformCode, platformMessages } from './platform-messages.js';
import { type OAuthErrorCode, type Prefix, type Refusal, type RefusalRule, refusals } from './refusals.js';

/** One item of `details` in PingOne's error envelope. */
export interface ErrorDetail {
  code: string;
  target?: string | undefined;
  message: string;
  innerError?: Record<string, unknown> | undefined;
}

/** PingOne's platform error envelope (docs/fidelity.md, management 2.1). */
export interface ErrorEnvelope {
  id: string;
  code: string;
  message: string;
  details?: ErrorDetail[];
}

/** Refused in PingOne's own format: management API, flows, userinfo, `pi.flow`. */
export class PingOneError extends Error {
  constructor(
    readonly status: number,
    readonly code: PlatformCode,
    readonly details: readonly ErrorDetail[] = [],
    /** The public text, where a service has its own instead of the platform's. */
    readonly text: string = platformMessages[code],
    /** What went wrong, in our words: for log, journal and diagnosis only. */
    readonly reason?: string,
  ) {
    super(reason ?? details[0]?.message ?? text);
  }

  envelope(correlationId: string): ErrorEnvelope {
    return {
      id: correlationId,
      code: this.code,
      message: this.text,
      ...(this.details.length > 0 && { details: this.details.map((detail) => ({ ...detail })) }),
    };
  }
}

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
  constructor(rule: RefusalRule, checks: readonly Check[] = [{ rule, ok: false }]) {
    const check = checks.find((candidate) => !candidate.ok) ?? { rule, ok: false };
    super(
      `${rule}${check.got === undefined ? '' : `: got ${check.got}`}${check.expected === undefined ? '' : `, expected ${check.expected}`}`,
    );
    this.rule = rule;
    this.check = check;
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
   * allow: what a request sent may be named in it, but not with quotation marks, controls, or letters beyond ASCII.
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
    if (bare) return new PingOneError(400, 'INVALID_DATA', [], undefined, this.message);
    if (target === undefined || prefix === 'processing' || prefix === 'denied')
      return new PingOneError(
        this.status,
        'REQUEST_FAILED',
        [{ code: this.error.toUpperCase(), message: this.detail }],
        undefined,
        this.message,
      );
    const code = this.check.got === undefined && /_present$/.test(this.rule) ? 'REQUIRED_VALUE' : 'INVALID_VALUE';
    return new PingOneError(400, 'INVALID_DATA', [{ code, target, message: this.detail }], undefined, this.message);
  }
}

/** Throws the refusal of the first check that failed, if one did. A failed rule without a refusal is a bug. */
export function enforce(checks: readonly Check[]): void {
  const check = checks.find((candidate) => !candidate.ok);
  if (check) throw new OAuthError(check.rule as RefusalRule, checks);
}
