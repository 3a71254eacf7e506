import { parseJson } from '../lib/unknown.js';

interface MockErrorDetails {
  readonly code: string;
  readonly status?: number;
  readonly fix?: string | undefined;
  readonly body?: unknown;
}

/** A refusal by the mock, in its own words, and how to fix it. */
export class MockError extends Error {
  override readonly name = 'MockError';
  /** The control API's code, or OAuth's, or PingOne's. */
  readonly code: string;
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  readonly fix: string | undefined;
  /** The whole response, if it was JSON. */
  readonly body: unknown;

  constructor(message: string, { code, status = 0, fix, body }: MockErrorDetails) {
    super(fix === undefined ? message : `${message}\n  fix: ${fix}`);
    this.code = code;
    this.status = status;
    this.fix = fix;
    this.body = body;
  }
}

const parsed = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

interface Envelopes {
  /** An object from the control API, a text from OAuth endpoints. */
  error?: string | { code?: string; message?: string; fix?: string };
  error_description?: string;
  code?: string;
  message?: string;
  details?: { code?: string; target?: string; message?: string }[];
}

/** Reads a refusal in any of the mock's three formats. */
export function refusedAnswer(what: string, status: number, text: string, diagnosis?: string | undefined): MockError {
  const body = parsed(text);
  const {
    error,
    error_description: description,
    code,
    message,
    details = [],
  } = (typeof body === 'object' && body ? body : {}) as Envelopes;
  const hint = diagnosis === undefined ? undefined : `diagnosis: ${diagnosis}`;
  if (typeof error === 'object')
    return new MockError(`${what}: ${error.message ?? status}`, { code: error.code ?? String(status), status, fix: error.fix, body });
  if (typeof error === 'string') return new MockError(`${what}: ${error}: ${description ?? ''}`, { code: error, status, fix: hint, body });
  const explained = details.map((detail) => [detail.target, detail.message].filter(Boolean).join(': ')).join('; ');
  const fallback = message ?? `status ${status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`;
  return new MockError(`${what}: ${explained === '' ? fallback : explained}`, { code: code ?? String(status), status, fix: hint, body });
}
