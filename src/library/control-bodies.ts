import type { CheckupOptions } from '../checkup/types.js';
import type { ClaimsRuleBody } from '../control/claims-rules.js';
import type { FaultBody } from '../control/faults.js';
import { nearest } from '../lib/nearest.js';
import { toMilliseconds, toMoment } from './durations.js';
import { MockError } from './mock-error.js';
import type {
  AuthorizeOptions,
  Duration,
  FaultOptions,
  IssueTokenOptions,
  RequestFilterOptions,
  RuleOptions,
  SignOnOptions,
} from './types.js';

/** The options of each call, as a test spells them. */
const known = {
  failNext: [
    'status',
    'error',
    'errorDescription',
    'retryAfterSeconds',
    'location',
    'delay',
    'drop',
    'malformed',
    'contentType',
    'padding',
    'drip',
    'token',
    'tokenKind',
    'times',
    'clientId',
  ] satisfies (keyof FaultOptions)[],
  breakPkce: ['clientId'],
  addRule: ['on', 'match', 'set', 'times'] satisfies (keyof RuleOptions)[],
  'addRule: match': ['clientId', 'grantType', 'username'],
  issueToken: ['sub', 'scope', 'claims', 'expiresIn', 'audience', 'clientId', 'nonce', 'invalid'] satisfies (keyof IssueTokenOptions)[],
  requests: ['endpoint', 'client', 'status', 'method', 'since'] satisfies (keyof RequestFilterOptions)[],
  authorize: ['app', 'user', 'scope', 'redirectUri', 'state', 'nonce', 'pkce', 'parameters'] satisfies (keyof AuthorizeOptions)[],
  signOn: ['deny', 'otp', 'passkey', 'push'] satisfies (keyof SignOnOptions)[],
  rotateKeys: ['keepOld'],
  checkup: [
    'start',
    'user',
    'only',
    'success',
    'protectedPage',
    'signOff',
    'secondStart',
    'restart',
    'keyCooldowns',
    'browser',
    'click',
    'declared',
    'onBegin',
    'onFinding',
    'signal',
  ] satisfies (keyof CheckupOptions)[],
  outbox: ['to', 'wait'],
  'devices.pushes': ['wait'],
  'devices.approve': ['id', 'number'],
  'devices.deny': ['id'],
  'devices.pair': ['nickname'],
  'transactions.waitFor': ['timeout'],
  'requests.waitFor': ['timeout', 'count'],
} as const;

/** Refuses what is not an object of known options: a misspelt one would be ignored, and the test would sign on another user. */
export function checkOptions(what: keyof typeof known, given: object): void {
  if (typeof given !== 'object' || given === null)
    throw new MockError(`${what}: expected an object, got ${JSON.stringify(given) ?? typeof given}`, { code: 'value_refused' });
  const names: readonly string[] = known[what];
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new MockError(`${what}: unknown name "${unknown}"; did you mean "${nearest(unknown, names)}"?`, {
      code: 'name_unknown',
      fix: `known names: ${names.join(', ')}`,
    });
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** JSON would write NaN and Infinity as null, which means absent; as texts they are refused. */
const toJsonValue = (value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

/** Options in the control API's spelling. */
const toBody = (options: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [toSnakeCase(name), toJsonValue(value)]));

const millisecondsOf = (duration: Duration | undefined) => (duration === undefined ? undefined : toMilliseconds(duration));

export function faultBody(endpoint: string, given: FaultOptions = {}): FaultBody {
  checkOptions('failNext', given);
  const { delay, drip, retryAfterSeconds: retryAfter, ...rest } = given;
  return toBody({ endpoint, ...rest, retryAfter, delayMs: millisecondsOf(delay), dripMs: millisecondsOf(drip) });
}

export function brokenPkceBody(pkce: string, options: { clientId?: string } = {}): FaultBody {
  checkOptions('breakPkce', options);
  return toBody({ pkce, ...options });
}

export function claimsRuleBody(rule: RuleOptions): ClaimsRuleBody {
  checkOptions('addRule', rule);
  if (rule.match) checkOptions('addRule: match', rule.match);
  return { ...toBody(rule), ...(rule.match && { match: toBody(rule.match) }) } as unknown as ClaimsRuleBody;
}

export function tokenBody(options: IssueTokenOptions): object {
  checkOptions('issueToken', options);
  return toBody(options);
}

export function requestQuery(filter: RequestFilterOptions): object {
  checkOptions('requests', filter);
  const { since, ...rest } = filter;
  return toBody({ ...rest, since: since === undefined ? undefined : new Date(toMoment(since)).toISOString() });
}
