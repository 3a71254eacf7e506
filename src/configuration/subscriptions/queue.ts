import type { Activity } from '../../environment/journal/activities.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import type { Clock } from '../../lib/clock.js';

/** The most events that wait for one subscription: then the oldest are lost. */
export const mostWaiting = 10_000;

const day = 86_400_000;
/** How long events wait for a target that fails, and for a subscription that is suspended (docs/fidelity.md, management 7.18). */
const kept = { enabled: 7 * day, suspended: 14 * day } as const;

const firstPause = 1_000;
const longestPause = 60_000;

interface Waiting {
  readonly activity: Activity;
  /** Lost from this time on, by the environment's clock. */
  readonly until: number;
}

/** What a queue reports. */
export interface Report {
  delivered(subscription: Subscription, events: number): void;
  failed(subscription: Subscription, failure: { readonly reason: string; readonly events: number; readonly pause: number }): void;
  lost(events: number, why: string): void;
  /** An unexpected error, such as a store that cannot be read. */
  broken(error: unknown): void;
}

interface QueueOptions {
  readonly clock: Clock;
  readonly report: Report;
  /** The subscription as it is now; undefined once it is deleted. */
  find(): Promise<Subscription | undefined>;
  /** How many of the events go into the next request. */
  count(subscription: Subscription, activities: readonly Activity[]): number;
  /** Sends events; returns why they have to be sent again, or undefined if they arrived. */
  send(subscription: Subscription, activities: readonly Activity[], stop: AbortSignal): Promise<string | undefined>;
}

/** The events that wait for one subscription. They are sent in their order: a request that fails is sent again before any other. */
export interface Queue {
  add(activity: Activity, isEnabled: boolean): void;
  /** Begins at once, because the subscription was changed. */
  wake(): void;
  /** How many wait, those in a request included. */
  readonly size: number;
  /** Ends the request that is on its way, and drops all that wait. */
  close(): void;
}

export function createQueue({ clock, report, find, count, send }: QueueOptions): Queue {
  let waiting: Waiting[] = [];
  let batch: Waiting[] = [];
  let failures = 0;
  let dueAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let current: AbortController | undefined;
  let state: 'idle' | 'running' | 'again' | 'closed' = 'idle';
  /** How many were lost because too many waited, since the log last said so. */
  let overflow = 0;
  let isOverflowing = false;
  // The state changes while the work waits, which the compiler does not see.
  const isClosed = (): boolean => state === 'closed';

  const tellOverflow = () => {
    if (overflow > 0) report.lost(overflow, `more than ${mostWaiting} were waiting`);
    overflow = 0;
  };
  const loseOld = () => {
    const now = clock.now();
    const before = batch.length + waiting.length;
    batch = batch.filter(({ until }) => until > now);
    waiting = waiting.filter(({ until }) => until > now);
    const lost = before - batch.length - waiting.length;
    if (lost > 0) report.lost(lost, 'they were too old');
  };
  const takeBatch = (subscription: Subscription) => {
    if (batch.length > 0 || waiting.length === 0) return;
    const count_ = count(
      subscription,
      waiting.slice(0, 500).map(({ activity }) => activity),
    );
    batch = waiting.splice(0, count_);
  };
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(run, Math.min(longestPause, Math.max(1, dueAt - clock.now())));
    timer.unref();
  };

  /** Sends what waits, one request after the other, until there is nothing to do now. */
  async function work(): Promise<void> {
    for (;;) {
      const subscription = await find();
      if (isClosed()) return;
      if (!subscription) {
        if (batch.length + waiting.length > 0) report.lost(batch.length + waiting.length, 'the subscription was deleted');
        [batch, waiting] = [[], []];
        return;
      }
      if (!subscription.enabled) return;
      if (clock.now() < dueAt) return arm();
      loseOld();
      takeBatch(subscription);
      if (batch.length === 0) return;
      const sent = batch;
      const attempt = new AbortController();
      current = attempt;
      const reason = await send(
        subscription,
        sent.map(({ activity }) => activity),
        attempt.signal,
      );
      current = undefined;
      if (isClosed()) return;
      if (reason === undefined) {
        batch = [];
        failures = 0;
        report.delivered(subscription, sent.length);
        tellOverflow();
        isOverflowing = false;
      } else if (!attempt.signal.aborted) {
        const pause = Math.min(longestPause, firstPause * 2 ** Math.min(failures, 10));
        failures += 1;
        dueAt = clock.now() + pause;
        report.failed(subscription, { reason, events: sent.length, pause });
        tellOverflow();
      }
    }
  }

  function run(): void {
    if (state === 'running') state = 'again';
    if (state !== 'idle') return;
    state = 'running';
    // Later, so that the request that causes an event does not wait for it.
    setImmediate(() => {
      work()
        .catch(report.broken)
        .finally(() => {
          if (state === 'closed') return;
          const again = state === 'again';
          state = 'idle';
          if (again) run();
        });
    });
  }

  const ignoreClock = clock.onChange(() => {
    if (batch.length > 0) run();
  });

  return {
    get size() {
      return batch.length + waiting.length;
    },
    add(activity, isEnabled) {
      if (waiting.length >= mostWaiting) {
        waiting.shift();
        overflow += 1;
        // The log says so at once, but then only with each request: not for every event.
        if (!isOverflowing) tellOverflow();
        isOverflowing = true;
      }
      waiting.push({ activity, until: activity.at + (isEnabled ? kept.enabled : kept.suspended) });
      if (isEnabled) run();
    },
    wake() {
      failures = 0;
      dueAt = Number.NEGATIVE_INFINITY;
      current?.abort(new Error('the subscription was changed'));
      run();
    },
    close() {
      state = 'closed';
      clearTimeout(timer);
      ignoreClock();
      current?.abort(new Error('the server closes'));
      [batch, waiting] = [[], []];
    },
  };
}
