import { createRing } from '../../../lib/ring.js';
import { type Activities, type Activity, type ActivityInput, makeActivity, mostActivities } from '../../journal/activities.js';
import type { Exchange } from '../../journal/exchange.js';
import { createRequestJournal, fits, type JournalBudget, type RequestJournal } from '../../journal/request-journal.js';
import type { RouteSchemas } from '../../journal/route-schemas.js';
import type { Transaction } from '../../journal/transactions.js';
import { type Cleared, type Position, type Recorded, readExchange, recordExchange } from './entry.js';
import { createOwnRequests } from './own-requests.js';
import type { SharedLog } from './shared-log.js';
import { createSharedTransactions, type SharedTransactions } from './shared-transactions.js';

/** What the replicas record in an environment. */
export interface SharedRecordings {
  readonly transactions: SharedTransactions;
  readonly requests: RequestJournal;
  readonly activities: Activities;
}

interface SharedRecordingsOptions {
  readonly log: SharedLog;
  readonly environmentId: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly budget: JournalBudget;
  /** The schemas of a route, which say what is secret of an exchange. */
  readonly schemasOf: RouteSchemas['of'];
  readonly onFailure: (transaction: Transaction) => void;
  /** An audit event of this replica: webhooks are sent where it happened. */
  readonly onActivity: (activity: Activity) => void;
  readonly onActivitiesCleared: () => void;
  /** Entries were read. */
  readonly onRead: () => void;
}

/** Exchanges of other replicas to which a later entry may refer. */
const mostKnown = 200;
/** Leaves room for the audit events of one entry. */
const numbersOfEntry = 1000;

export function createSharedRecordings(options: SharedRecordingsOptions): SharedRecordings {
  const { log, environmentId, now, newId, budget, schemasOf, onFailure, onActivity, onActivitiesCleared, onRead } = options;
  const requests = createRequestJournal(budget);
  const audit = createRing<Activity>(mostActivities);
  const transactions = createSharedTransactions({
    environmentId,
    now,
    newId,
    onFailure,
    caughtUp: log.caughtUp,
    onChange: log.soon,
  });
  const own = createOwnRequests(budget);
  let audited: Omit<Activity, 'n'>[] = [];
  let cleared = new Set<Cleared>();
  /** Which exchanges entries have, with their answers. */
  const sent = new WeakSet<Exchange>();
  const known = new Map<string, Exchange>();

  function collect(turn: number, all: boolean): Recorded | undefined {
    const exchanges = new Set<Exchange>();
    const refer = (exchange: Exchange): string => {
      if (!sent.has(exchange)) exchanges.add(exchange);
      return exchange.id;
    };
    const { cleared: withTransactions = [], ...changes } = transactions.collect(turn, all, refer);
    const ids = own.fresh().map(refer);
    for (const exchange of exchanges) {
      if (exchange.answer) sent.add(exchange);
      own.keep(exchange);
    }
    own.sent(turn);
    const recorded: Recorded = {
      ...((cleared.size > 0 || withTransactions.length > 0) && { cleared: [...withTransactions, ...cleared] }),
      ...(exchanges.size > 0 && { exchanges: [...exchanges].map(recordExchange) }),
      ...changes,
      ...(ids.length > 0 && { requests: ids }),
      ...(audited.length > 0 && { activities: audited }),
    };
    audited = [];
    cleared = new Set();
    return Object.keys(recorded).length > 0 ? recorded : undefined;
  }

  function learn(exchange: Exchange): void {
    const earlier = known.get(exchange.id);
    if (earlier) Object.assign(earlier, exchange);
    else known.set(exchange.id, readExchange(exchange, schemasOf));
    if (known.size > mostKnown) known.delete(known.keys().next().value as string);
  }

  function apply(recorded: Recorded, position: Position): void {
    for (const exchange of recorded.exchanges ?? []) learn(exchange);
    transactions.apply(recorded, position, (id) => known.get(id));
    const isCleared = recorded.cleared?.includes('requests') === true;
    own.read(position, isCleared);
    if (isCleared) requests.clear();
    for (const id of recorded.requests ?? []) {
      const exchange = known.get(id);
      if (exchange) requests.add(exchange);
    }
    if (recorded.cleared?.includes('activities')) {
      audit.clear();
      if (!position.isOwn) onActivitiesCleared();
    }
    for (const [at, activity] of (recorded.activities ?? []).entries())
      audit.add({ ...activity, n: position.number * numbersOfEntry + at });
  }

  log.join({
    collect,
    get isHolding() {
      return transactions.isHolding;
    },
    apply,
    applied: onRead,
  });
  const clear = (name: Cleared) => {
    cleared.add(name);
    log.soon();
  };
  return {
    transactions,
    requests: {
      get size() {
        return requests.size + own.list().length;
      },
      add(exchange) {
        own.add(exchange);
        log.soon();
      },
      list: (filter = {}) => [...requests.list(filter), ...own.list().filter((exchange) => fits(exchange, filter))],
      subscribe: requests.subscribe,
      clear() {
        requests.clear();
        own.clear();
        clear('requests');
      },
    },
    activities: {
      add(input: ActivityInput) {
        const activity = makeActivity(input, { now, newId });
        audited.push(activity);
        // Its number is where the log has it.
        const numbered = { ...activity, n: 0 };
        onActivity(numbered);
        log.soon();
        return numbered;
      },
      get: (id) => audit.list().find((activity) => activity.id === id),
      newestFirst: () => audit.newestFirst(),
      clear() {
        audit.clear();
        audited = [];
        onActivitiesCleared();
        clear('activities');
      },
    },
  };
}
