import { hidden, hideInCheck, hidingSecretsOf, withoutSecrets } from '../environment/journal/hide-secrets.js';
import { rawAnswer, rawRequest } from '../environment/journal/raw-http.js';
import type { Step, Transaction, TransactionState } from '../environment/journal/transactions.js';

/** The largest transaction that is sent, whatever its requests hold. */
const largestBytes = 20_000;

/** Limits for the length of strings, tried in turn until the transaction is small enough. */
const textLimits = [4000, 1000, 300, 100, 40];

/** A flow expires after 15 minutes without activity (docs/fidelity.md, 4.1). */
const idleMilliseconds = 15 * 60 * 1000;

interface BodyOptions {
  /** The environment's time, by which an unredeemed code expires. */
  readonly now: number;
  readonly hideSecrets: boolean;
  /** Nothing is cut, however large it is. */
  readonly whole?: boolean;
}

/** The state as of now: no event marks the moment when an unused code or flow expires. */
export function stateOf({ state, steps, startedAt }: Transaction, now: number): TransactionState {
  const endOfCode = steps.findLast(({ kind }) => kind === 'code')?.data?.expiresAt;
  if (state === 'code_issued' && typeof endOfCode === 'number' && now >= endOfCode) return 'expired';
  if (state === 'waiting' && now - (steps.at(-1)?.at ?? startedAt) >= idleMilliseconds) return 'expired';
  return state;
}

/** A plain challenge is the verifier itself (RFC 7636 §4.2), and so is what was computed from it. */
function withoutSecretValues<T extends { challenge?: unknown; method?: unknown }>(values: T): T {
  const names = ['verifier', 'computed', 'code', ...(values.method === 'S256' ? [] : ['challenge'])];
  const secrets = Object.entries(values).filter(([name, value]) => names.includes(name) && value !== undefined);
  return { ...values, ...Object.fromEntries(secrets.map(([name]) => [name, hidden])) };
}

const showStep = ({ n, kind, at, ok, title, exchange, checks, data }: Step, hideSecrets: boolean) => {
  const shown = exchange && hideSecrets ? withoutSecrets(exchange) : exchange;
  return {
    n,
    kind,
    at,
    ok,
    title,
    ...(shown && { request: rawRequest(shown), response: rawAnswer(shown) }),
    checks: hideSecrets ? checks.map(hideInCheck) : checks,
    ...(data && { data: hideSecrets ? withoutSecretValues(data) : data }),
  };
};

/** Cuts every string that is longer than the limit, and notes its full length. */
const cut = (value: unknown, limit: number): unknown => {
  if (typeof value === 'string') return value.length > limit ? `${value.slice(0, limit)}… (cut: ${value.length} characters in all)` : value;
  if (Array.isArray(value)) return value.map((item) => cut(item, limit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member, limit)]));
};

export type TransactionBody = ReturnType<typeof showWhole>;

const showWhole = (transaction: Transaction, { now, hideSecrets }: BodyOptions) => {
  const { id, environmentId, application, user, startedAt, pkce, steps, error, diagnosis, warnings, baseUrls, related, theft } =
    transaction;
  const shownWarnings = warnings.map(({ requestId: _, ...warning }) => warning);
  return {
    id,
    envId: environmentId,
    app: application,
    user,
    startedAt: new Date(startedAt).toISOString(),
    state: stateOf(transaction, now),
    pkce: hideSecrets ? withoutSecretValues(pkce) : pkce,
    steps: steps.map((step) => showStep(step, hideSecrets)),
    error,
    // If nothing was refused, the first warning.
    diagnosis: diagnosis ?? shownWarnings[0],
    warnings: shownWarnings.length > 0 ? shownWarnings : undefined,
    via: baseUrls,
    related: related.length > 0 ? related.map(({ environmentId: envId, ...rest }) => ({ envId, ...rest })) : undefined,
    theft,
    /** Strings or steps were left out to keep the transaction small. */
    truncated: undefined as true | undefined,
  };
};

/** A transaction as JSON, whole or at most 20 kB: first long strings are cut, then steps in the middle are dropped. */
export function transactionBody(transaction: Transaction, options: BodyOptions): TransactionBody {
  const fits = (body: object) => Buffer.byteLength(JSON.stringify(body)) <= largestBytes;
  const shown = showWhole(transaction, options);
  const whole = options.hideSecrets ? hidingSecretsOf(transaction)(shown) : shown;
  if (options.whole || fits(whole)) return whole;
  let body = whole;
  for (const limit of textLimits) {
    body = { ...(cut(whole, limit) as TransactionBody), truncated: true };
    if (fits(body)) return body;
  }
  while (body.steps.length > 2 && !fits(body)) {
    const half = Math.ceil(body.steps.length / 4);
    body = { ...body, steps: [...body.steps.slice(0, half), ...body.steps.slice(-half)] };
  }
  return fits(body) ? body : { ...body, steps: [], via: [] };
}
