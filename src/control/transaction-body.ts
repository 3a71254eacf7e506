import { hidden, withoutSecrets } from '../environment/journal/hide-secrets.js';
import { rawAnswer, rawRequest } from '../environment/journal/raw-http.js';
import type { Step, Transaction, TransactionState } from '../environment/journal/transactions.js';
import type { Check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';

/** No transaction on the wire is larger, whatever a client sent. */
const largestBytes = 20_000;

/** How long a text may be in a transaction that would otherwise be too large; the first that suffices is used. */
const textLimits = [4000, 1000, 300, 100, 40];

/** A flow is forgotten after fifteen minutes without activity (docs/fidelity.md, 4.1). */
const idleMilliseconds = 15 * 60 * 1000;

interface View {
  /** The environment's time: a code that was never redeemed ends by it. */
  readonly now: number;
  readonly hideSecrets: boolean;
}

/** The state as of now: nobody is told when a code or a flow ends for want of use. */
export function stateOf({ state, steps, startedAt }: Transaction, now: number): TransactionState {
  const endOfCode = steps.findLast(({ kind }) => kind === 'code')?.data?.expiresAt;
  if (state === 'code_issued' && typeof endOfCode === 'number' && now >= endOfCode) return 'expired';
  if (state === 'waiting' && now - (steps.at(-1)?.at ?? startedAt) >= idleMilliseconds) return 'expired';
  return state;
}

/** What was computed of a verifier tells of it, and a plain challenge is the verifier itself (RFC 7636 §4.2). */
function withoutSecretValues<T extends { challenge?: unknown; method?: unknown }>(values: T): T {
  const names = ['verifier', 'computed', 'code', ...(values.method === 'S256' ? [] : ['challenge'])];
  const secrets = Object.entries(values).filter(([name, value]) => names.includes(name) && value !== undefined);
  return { ...values, ...Object.fromEntries(secrets.map(([name]) => [name, hidden])) };
}

const hideInCheck = (check: Check<RuleName>): Check<RuleName> => ({
  ...check,
  ...(/^verifier_|^challenge_characters$/.test(check.rule) && check.got !== undefined && { got: hidden }),
  ...(check.rule === 'verifier_matches_challenge' && check.using !== 'S256' && { expected: hidden }),
});

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

/** Cuts every text in a value that is longer than the limit, and says so at its end. */
const cut = (value: unknown, limit: number): unknown => {
  if (typeof value === 'string') return value.length > limit ? `${value.slice(0, limit)}… (cut: ${value.length} characters in all)` : value;
  if (Array.isArray(value)) return value.map((item) => cut(item, limit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member, limit)]));
};

export type TransactionBody = ReturnType<typeof showWhole>;

const showWhole = (transaction: Transaction, { now, hideSecrets }: View) => {
  const { id, environmentId, application, user, startedAt, pkce, steps, error, diagnosis, baseUrls } = transaction;
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
    diagnosis,
    via: baseUrls,
    /** Texts or steps were left out, so that the whole stays small. */
    truncated: undefined as true | undefined,
  };
};

/** A transaction as JSON (inspector, C.2), never larger than 20 kB: long texts are cut, then steps of the middle go. */
export function transactionBody(transaction: Transaction, view: View): TransactionBody {
  const fits = (body: object) => Buffer.byteLength(JSON.stringify(body)) <= largestBytes;
  const whole = showWhole(transaction, view);
  if (fits(whole)) return whole;
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
