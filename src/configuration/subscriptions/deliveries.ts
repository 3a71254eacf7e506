import type { Context, Environment } from '../../environment/context.js';
import type { Activity } from '../../environment/journal/activities.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import { onApiHost } from '../../pingone/hosts.js';
import { countOf, wants } from './payload.js';
import { createQueue, type Queue, type Report } from './queue.js';
import { send } from './send.js';

/** The queues of an environment, by the ids of its subscriptions. */
type Queues = Map<string, Queue>;

const queuesOf = new WeakMap<Environment, Queues>();

/** Sends what waits for a subscription at once, because it was changed or deleted. */
export const wakeQueue = (environment: Environment, id: string): void => queuesOf.get(environment)?.get(id)?.wake();

const counted = (events: number): string => (events === 1 ? '1 event' : `${events} events`);

/** A target without the parts of its URL that may be secret. */
function shownTarget({ httpEndpoint }: Subscription): string {
  const { origin, pathname } = new URL(httpEndpoint?.url ?? 'none:');
  return `${origin}${pathname}`;
}

/** Logs the results of deliveries. */
const reportOf = ({ log }: Context, { id: environmentId }: Environment, subscriptionId: string): Report => {
  const line = (ok: boolean) => ({ event: 'webhook', ok, environmentId, subscriptionId });
  return {
    delivered: (subscription, events) => log.info({ ...line(true), events }, `webhook ${subscription.name}: delivered ${counted(events)}`),
    failed: (subscription, { reason, events, pause }) =>
      log.warn(
        { ...line(false), diagnosis: 'webhook_target', events, retryAfterSeconds: pause / 1000 },
        `webhook ${subscription.name}: ${shownTarget(subscription)} did not accept ${counted(events)}: ${reason}. Retrying in ${pause / 1000} s`,
      ),
    lost: (events, why) => log.warn({ ...line(false), events }, `webhook ${subscriptionId}: lost ${counted(events)}: ${why}`),
    broken: (error) => log.error({ ...line(false), error }, `webhook ${subscriptionId}: the delivery failed unexpectedly`),
  };
};

export interface Deliveries {
  /** Ends requests in progress, and drops what waits. */
  close(): void;
}

/**
 * Posts the audit events of all environments to the subscriptions that want them (docs/fidelity.md, management 7.18).
 * @param origin the server's own, for the links in events
 */
export function startDeliveries(context: Context, origin: () => string): Deliveries {
  const open = new Set<Queues>();
  const rootOf = () => `${onApiHost(origin())}/v1`;

  const closeAll = (queues: Queues) => {
    for (const queue of queues.values()) queue.close();
    queues.clear();
    open.delete(queues);
  };

  const queues = (environment: Environment): Queues => {
    const known = queuesOf.get(environment);
    if (known && open.has(known)) return known;
    const made: Queues = known ?? new Map();
    queuesOf.set(environment, made);
    open.add(made);
    if (!known) environment.removed.addEventListener('abort', () => closeAll(made), { once: true });
    return made;
  };

  const queueOf = (environment: Environment, id: string): Queue => {
    const all = queues(environment);
    const known = all.get(id);
    if (known) return known;
    const queue = createQueue({
      clock: environment.clock,
      report: reportOf(context, environment, id),
      async find() {
        const subscription = await environment.store.subscriptions.get(id);
        if (!subscription) {
          all.delete(id);
          // Its work ends with this; later events find no subscription.
          setImmediate(() => queue.close());
        }
        return subscription;
      },
      count: (subscription, activities) => countOf(subscription, activities, rootOf()),
      send: (subscription, activities, stop) => send(context, environment, { subscription, activities, root: rootOf(), stop }),
    });
    all.set(id, queue);
    return queue;
  };

  async function dispatch(environment: Environment, activity: Activity): Promise<void> {
    for (const subscription of await environment.store.subscriptions.list())
      if (subscription.protocol === 'HTTPS' && wants(subscription, activity) && !isClosed)
        queueOf(environment, subscription.id).add(activity, subscription.enabled);
  }

  let isClosed = false;
  const unsubscribe = context.activityFeed.subscribe({
    added(environmentId, activity) {
      const environment = context.environments.get(environmentId);
      if (!environment) return;
      dispatch(environment, activity).catch((error: unknown) => context.log.error({ error }, 'webhooks could not be read'));
    },
    cleared(environmentId) {
      const environment = context.environments.get(environmentId);
      const known = environment && queuesOf.get(environment);
      if (known) closeAll(known);
    },
  });
  return {
    close() {
      isClosed = true;
      unsubscribe();
      for (const each of [...open]) {
        const waiting = [...each.values()].reduce((sum, { size }) => sum + size, 0);
        if (waiting > 0)
          context.log.warn(
            { event: 'webhook', ok: false, events: waiting },
            `webhooks: ${counted(waiting)} not delivered: the server stops`,
          );
        closeAll(each);
      }
    },
  };
}
