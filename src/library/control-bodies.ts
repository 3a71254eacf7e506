import type { FaultBody } from '../control/faults.js';
import type { RuleBody } from '../control/rules.js';
import { nearest } from '../lib/nearest.js';
import { toMilliseconds, toMoment } from './durations.js';
import { MockError } from './mock-error.js';
import type { AuthorizeOptions, FaultOptions, IssueTokenOptions, RequestFilterOptions, RuleOptions, SignOnOptions } from './types.js';

type Names<Options> = Readonly<Record<keyof Options & string, string>>;

/** JSON has no NaN and no Infinity, and would make of them what is as good as left out: as texts they are refused. */
const written = (value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

/** Spells members as the control API does. One that is unknown is refused here, where its nearest name is the one that a test writes. */
function renamed<Options extends object>(what: string, given: Options, names: Names<Required<Options>>): Record<string, unknown> {
  requireObject(what, given);
  const known = Object.keys(names);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (Object.hasOwn(names, name)) return [names[name as keyof typeof names], written(value)];
      throw new MockError(`${what}: unknown name "${name}"; did you mean "${nearest(name, known)}"?`, {
        code: 'name_unknown',
        status: 0,
        fix: `known are ${known.join(', ')}`,
      });
    }),
  );
}

/** What stands there in place of an object, told before anything is read of it. */
function requireObject(what: string, given: unknown): void {
  if (typeof given === 'object' && given !== null) return;
  throw new MockError(`${what}: expected an object, got ${JSON.stringify(given) ?? typeof given}`, { code: 'value_refused', status: 0 });
}

const faultNames: Names<Required<FaultOptions>> = {
  status: 'status',
  error: 'error',
  errorDescription: 'error_description',
  retryAfterSeconds: 'retry_after',
  delay: 'delay_ms',
  drop: 'drop',
  malformed: 'malformed',
  drip: 'drip_ms',
  token: 'token',
  times: 'times',
  clientId: 'client_id',
};

export function faultBody(endpoint: string, given: FaultOptions = {}): FaultBody {
  requireObject('failNext', given);
  const { delay, drip } = given;
  const measured = {
    ...given,
    ...(delay !== undefined && { delay: toMilliseconds(delay) }),
    ...(drip !== undefined && { drip: toMilliseconds(drip) }),
  };
  return { endpoint, ...renamed('failNext', measured, faultNames) } as FaultBody;
}

export const brokenPkceBody = (pkce: string, options: { clientId?: string } = {}): FaultBody =>
  ({ pkce, ...renamed('breakPkce', options, { clientId: 'client_id' }) }) as FaultBody;

const matchNames = { clientId: 'client_id', grantType: 'grant_type', username: 'username' } as const;

export const ruleBody = (rule: RuleOptions): RuleBody => {
  requireObject('addRule', rule);
  return renamed(
    'addRule',
    { ...rule, ...(rule.match && { match: renamed('addRule: match', rule.match, matchNames) }) },
    { on: 'on', match: 'match', set: 'set', times: 'times' },
  ) as unknown as RuleBody;
};

export const tokenBody = (options: IssueTokenOptions): object =>
  renamed('issueToken', options, {
    sub: 'sub',
    scope: 'scope',
    claims: 'claims',
    expiresIn: 'expires_in',
    audience: 'audience',
    clientId: 'client_id',
    nonce: 'nonce',
    invalid: 'invalid',
  });

export const requestQuery = ({ since, ...filter }: RequestFilterOptions): Record<string, string | number | undefined> =>
  renamed(
    'requests',
    { ...filter, ...(since !== undefined && { since: new Date(toMoment(since)).toISOString() }) },
    { endpoint: 'endpoint', client: 'client', status: 'status', method: 'method', since: 'since' },
  ) as Record<string, string | number | undefined>;

/** The options of calls that send no body of their own making. */
const options = {
  authorize: ['app', 'user', 'scope', 'redirectUri', 'state', 'nonce', 'pkce', 'parameters'] satisfies (keyof AuthorizeOptions)[],
  signOn: ['deny'] satisfies (keyof SignOnOptions)[],
  rotateKeys: ['keepOld'],
  outbox: ['to', 'wait'],
  'transactions.waitFor': ['timeout'],
  'requests.waitFor': ['timeout', 'count'],
} as const;

/** An option that is misspelt would be one that is left out: another user, another application. */
export const checkOptions = (what: keyof typeof options, given: object): void =>
  void renamed(what, given, Object.fromEntries(options[what].map((name) => [name, name])));
