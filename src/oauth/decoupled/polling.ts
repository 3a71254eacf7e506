import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import type { PolledGrant } from '../../environment/model/polled-grants.js';
import { recordAndAssert } from '../../environment/record.js';
import { serialize } from '../../environment/serialize.js';
import type { Expiring } from '../../lib/collections/types.js';
import { refusalOf } from '../../pingone/errors.js';
import { type Check, check, decideByAll, refuse } from '../../protocol/check.js';
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
  /** The prefix of the rules' names, which differs by kind of grant. */
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
  const trace = id === undefined || grant ? undefined : await store.codeTraces.get(id);
  const step = { kind: 'token', title: 'Poll' } as const;
  const present: Check = check(`${kind}_present`, id !== undefined, { spec });
  if (!grant) {
    const refused = refuse(trace ? `${kind}_unused` : `${kind}_known`, { spec }, [present]);
    return recordAndAssert<never>(environment, transaction, step, refused);
  }
  const { clientId, expiresAt, authentication, lastPolledAt } = grant;
  const [expected, got] = [`before ${new Date(expiresAt).toISOString()}`, new Date(now).toISOString()];
  const checks: Check[] = [
    present,
    check(`${kind}_known`, true, { spec }),
    check(`${kind}_client`, clientId === application.id, { spec, expected: clientId, got: application.id }),
    check(`${kind}_fresh`, now < expiresAt, { spec, expected, got }),
    check('request_not_denied', grant.decision !== 'denied', { spec }),
  ];
  recordAndAssert(environment, transaction, step, decideByAll(checks));

  if (!authentication) {
    const slow = lastPolledAt === undefined || now - lastPolledAt >= grant.intervalSeconds * 1000 - toleranceMilliseconds;
    const intervalSeconds = grant.intervalSeconds + (slow ? 0 : slowDownSeconds);
    await keepPolled(grants, { ...grant, intervalSeconds, lastPolledAt: now });
    const interval = { expected: `${grant.intervalSeconds} s between two polls` };
    const pending = refuse('request_decided', { spec }, [check('polled_slowly', slow, { spec, ...interval })]);
    // Nothing has failed: the person has not decided yet.
    transactions.step(transaction, { kind: 'token', ok: null, title: 'Still pending', checks: pending.checks });
    throw refusalOf(pending);
  }
  await grants.take(grant.id);
  const { familyId, transactionId } = grant;
  await store.codeTraces.put({ id: grant.id, familyId, clientId, transactionId }, expiresAt + traceMilliseconds);
  return { ...grant, authentication };
}
