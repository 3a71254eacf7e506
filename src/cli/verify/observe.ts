import { type Members, membersOf, parseJson } from '../../lib/unknown.js';
import { OAuthError } from '../../pingone/errors.js';
import type { PlatformCode } from '../../pingone/platform-messages.js';
import { platformMessages } from '../../pingone/platform-messages.js';
import { check } from '../../protocol/check.js';
import type { CheckValues, RefusalRule } from '../../protocol/rules/index.js';
import type { Answer } from './connection.js';

/** An answer in one line: only the part that a fact is about. */

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'));

const withoutCorrelation = (text: string): string => text.replace(/\(Correlation ID: [^)]*\)/, '(Correlation ID: …)');

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The names of the members, in order. */
export const order = (value: unknown): string => Object.keys(membersOf(value)).join(' ') || 'no members';

/** Status, error and description of OAuth's format (RFC 6749 §5.2). */
export const oauthError = ({ status, body }: Answer): string =>
  `${status} ${textOf(body.error)}: ${withoutCorrelation(textOf(body.error_description))}`;

/** How the mock refuses by a rule, in the same line. */
export function refusedBy(rule: RefusalRule, values: CheckValues = {}): string {
  const error = new OAuthError(rule, [check(rule, false, values)]);
  return `${error.status} ${error.error}: ${error.description('…')}`;
}

/** Error and description that a redirect carries in its query (RFC 6749 §4.1.2.1). */
export function redirectedError({ status, headers }: Answer): string {
  const location = headers.get('location') ?? '';
  if (!URL.canParse(location)) return `${status} without an address`;
  const { searchParams } = new URL(location);
  return `${status} ${searchParams.get('error')}: ${withoutCorrelation(searchParams.get('error_description') ?? 'none')}`;
}

export function redirectedBy(rule: RefusalRule, values: CheckValues = {}): string {
  const error = new OAuthError(rule, [check(rule, false, values)]);
  return `302 ${error.error}: ${error.description('…')}`;
}

const envelopeText = (status: number, { code, message, details }: Members): string =>
  [
    `${status} ${textOf(code)}: ${textOf(message)}`,
    ...listOf(details).map((each) => {
      const detail = membersOf(each);
      return [detail.code, detail.target, detail.message]
        .filter((part) => part !== undefined)
        .map(textOf)
        .join(' ');
    }),
  ].join(' | ');

/** Status, code, message and details of PingOne's own format. */
export const envelope = ({ status, body }: Answer): string => envelopeText(status, body);

/** The same of an error that the address of the sign-on page carries. */
export function pageError({ status, headers }: Answer): string {
  const location = headers.get('location') ?? '';
  const carried = URL.canParse(location) ? new URL(location).searchParams.get('error') : null;
  try {
    return envelopeText(status, membersOf(parseJson(carried ?? '')));
  } catch {
    return `${status} without an error object`;
  }
}

interface Detail {
  readonly code: string;
  readonly target?: string;
  readonly message?: string;
}

/** How the mock refuses in PingOne's format, in the same line. */
export const refusal = (
  status: number,
  code: PlatformCode,
  details: readonly Detail[] = [],
  message: string = platformMessages[code],
): string => envelopeText(status, { code, message, details });

/** Status, and code and target of the first detail: what is refused, and where, without its text. */
export function refusedWith({ status, body }: Answer): string {
  const detail = membersOf(listOf(body.details)[0]);
  return status < 400 ? String(status) : `${status} ${textOf(detail.code ?? body.code)} ${textOf(detail.target ?? 'no target')}`;
}
