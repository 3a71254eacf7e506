import type { Check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import { managementTexts as texts } from './management-texts.js';
import { type PlatformCode, platformMessages } from './platform-messages.js';

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

interface Words {
  /** The public message, where a service has its own instead of the platform's. */
  readonly text?: string | undefined;
  /** What went wrong, in our words: for log, journal and diagnosis only. */
  readonly reason?: string | undefined;
  /** The check that refuses, for the diagnosis. */
  readonly check?: Check<RuleName> | undefined;
}

type Details = ErrorDetail | readonly ErrorDetail[];

interface Members extends Words {
  readonly status: number;
  readonly code: PlatformCode;
  readonly details?: Details | undefined;
  /** What the header `Retry-After` says. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A refusal in PingOne's own format: management API, flows, userinfo, `pi.flow`. The functions below make the usual ones. */
export class PingOneError extends Error {
  readonly status: number;
  readonly code: PlatformCode;
  readonly details: readonly ErrorDetail[];
  readonly text: string;
  readonly reason: string | undefined;
  readonly check: Check<RuleName> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, details = [], text = platformMessages[code], reason, check, retryAfterSeconds }: Members) {
    const list = [details].flat();
    super(reason ?? list[0]?.message ?? text);
    this.status = status;
    this.code = code;
    this.details = list;
    this.text = text;
    this.reason = reason;
    this.check = check;
    this.retryAfterSeconds = retryAfterSeconds;
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

/** The request could be read, but its values are wrong. */
export const invalidData = (details: Details, words: Words = {}): PingOneError =>
  new PingOneError({ status: 400, code: 'INVALID_DATA', details, ...words });

/** A body or query with members of the wrong type. */
export const invalidRequest = (details: Details): PingOneError => new PingOneError({ status: 400, code: 'INVALID_REQUEST', details });

/** A request that could not be read at all: PingOne does not say what is wrong with it. */
export const malformed = (reason: string, status = 400): PingOneError => new PingOneError({ status, code: 'INVALID_REQUEST', reason });

export const unsupportedMediaType = (reason: string): PingOneError => malformed(reason, 415);

/** The request is valid, but what it asks for cannot be done. */
export const requestFailed = (details: Details, { status = 400, ...words }: Words & { status?: number } = {}): PingOneError =>
  new PingOneError({ status, code: 'REQUEST_FAILED', details, ...words });

export const accessFailed = ({ status = 403, ...members }: Omit<Members, 'code' | 'status'> & { status?: number }): PingOneError =>
  new PingOneError({ status, code: 'ACCESS_FAILED', ...members });

/** The actor lacks a role (docs/fidelity.md, management 2.5). */
export const insufficientPermissions = (message: string = texts.noPermission.text, reason?: string): PingOneError =>
  accessFailed({ details: { code: 'INSUFFICIENT_PERMISSIONS', message }, reason });

export const notFound = (words: Words = {}): PingOneError => new PingOneError({ status: 404, code: 'NOT_FOUND', ...words });

/** Too much is asked for at once (docs/fidelity.md, 8.2). */
export const requestLimited = (details: Details, words: Words & { retryAfterSeconds: number }): PingOneError =>
  new PingOneError({ status: 429, code: 'REQUEST_LIMITED', details, ...words });

export const unexpected = (reason: string): PingOneError => new PingOneError({ status: 500, code: 'UNEXPECTED_ERROR', reason });

/** What the server needs does not answer; the same request may succeed later. */
export const unavailable = (reason: string): PingOneError => new PingOneError({ status: 503, code: 'UNEXPECTED_ERROR', reason });

/** A value of the right type that is not allowed. */
export const invalidValue = (target: string, message: string, innerError?: Record<string, unknown>): PingOneError =>
  invalidData({ code: 'INVALID_VALUE', target, message, ...(innerError && { innerError }) });

export const emptyValue = (...targets: readonly string[]): PingOneError =>
  invalidData(targets.map((target) => ({ code: 'EMPTY_VALUE', target, message: texts.empty.text })));

/** A reference to something that does not exist. */
export const unknownReference = (target: string): PingOneError => invalidValue(target, texts.referenceUnknown.text);

/** Another item already has this value (docs/fidelity.md, management 2.5). */
export const notUnique = (target: string, message: string = texts.notUnique.text, words: Words = {}): PingOneError =>
  invalidData({ code: 'UNIQUENESS_VIOLATION', target, message }, words);

/** An item that cannot be deleted because others refer to it, where PingOne answers with 409. */
export const conflict = (message: string, referencedValues: readonly string[]): PingOneError =>
  new PingOneError({
    status: 409,
    code: 'INVALID_DATA',
    details: { code: 'CONSTRAINT_VIOLATION', message, innerError: { referencedValues } },
    text: message,
  });

/** An item that must not be changed or deleted, for instance because others refer to it. */
export const constraint = (message: string, { text, referencedValues }: { text?: string; referencedValues?: readonly string[] } = {}) =>
  invalidData({ code: 'CONSTRAINT_VIOLATION', message, ...(referencedValues && { innerError: { referencedValues } }) }, { text });
