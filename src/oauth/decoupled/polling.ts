import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import type { PolledGrant } from '../../environment/model/polled-grants.js';
import { recordAndAssert } from '../../environment/record.js';
import { serialize } from '../../environment/serialize.js';
import type { Expiring } from '../../lib/collections/types.js';
import { enforce } from '../../pingone/errors.js';
import { type Check, check, decideByAll } from '../../protocol/check.js';
import { keepPolled, traceMilliseconds } from '../../signon/decoupled/keep.js';

/** RFC 8628 §3.5: by how much each `slow_down` lengthens the interval. */
const slowDownSeconds = 5;

/** The timers of clients are not exact. */
const toleranceMilliseconds = 50;

export interface Poll {
  readonly application: Application;
  readonly transaction: Transaction;
  /** The id that the client polls with. */
  readonly id: string | undefined;
  /** The beginning of the rules' names: each kind of grant has its own. */
  readonly kind: 'device_code' | 'auth_req_id';
  readonly spec: string;
}

/** A grant that was approved, now spent. */
export type Approved = PolledGrant & { readonly authentication: Authentication };

/**
 * Answers one poll with the grant, once the user has approved it. That spends the grant. Polls for a grant are answered
 * one after the other, so that of two at once only one gets tokens.
 */
export function pollGrant<T extends PolledGrant>(environment: Environment, grants: Expiring<T>, poll: Poll): Promise<Approved> {
  return serialize(environment, `poll ${poll.id}`, () => answerPoll(environment, grants, poll));
}

async function answerPoll<T extends PolledGrant>(environment: Environment, grants: Expiring<T>, poll: Poll): Promise<Approved> {
  const { store, clock, transactions } = environment;
  const { application, transaction, id, kind, spec } = poll;
  const now = clock.now();
  const grant = id === undefined ? undefined : await grants.get(id);
  const trace = id === undefined || grant ? undefined : await store.traces.get(id);
  const checks: Check[] = [check(`${kind}_present`, id !== undefined, { spec })];
  if (trace) checks.push(check(`${kind}_unused`, false, { spec }));
  else checks.push(check(`${kind}_known`, grant !== undefined, { spec }));
  if (grant) {
    const { clientId, expiresAt } = grant;
    checks.push(check(`${kind}_client`, clientId === application.id, { spec, expected: clientId, got: application.id }));
    const [expected, got] = [`before ${new Date(expiresAt).toISOString()}`, new Date(now).toISOString()];
    checks.push(check(`${kind}_fresh`, now < expiresAt, { spec, expected, got }));
    checks.push(check('request_not_denied', grant.decision !== 'denied', { spec }));
  }
  const known = recordAndAssert(environment, transaction, { kind: 'token', title: 'Poll' }, decideByAll(checks, grant));

  const { authentication, lastPolledAt } = known;
  if (!authentication) {
    const slow = lastPolledAt === undefined || now - lastPolledAt >= known.intervalSeconds * 1000 - toleranceMilliseconds;
    const intervalSeconds = known.intervalSeconds + (slow ? 0 : slowDownSeconds);
    await keepPolled(grants, { ...known, intervalSeconds, lastPolledAt: now });
    const interval = { expected: `${known.intervalSeconds} s between two polls` };
    const pending = decideByAll<never, 'polled_slowly' | 'request_decided'>(
      [check('polled_slowly', slow, { spec, ...interval }), check('request_decided', false, { spec })],
      undefined,
    );
    // Nothing has failed: the person has not decided yet.
    transactions.step(transaction, { kind: 'token', ok: null, title: 'Still pending', checks: pending.checks });
    return enforce(pending);
  }
  await grants.take(known.id);
  const { familyId, clientId, transactionId } = known;
  await store.traces.put({ id: known.id, familyId, clientId, transactionId }, known.expiresAt + traceMilliseconds);
  return { ...known, authentication };
}
