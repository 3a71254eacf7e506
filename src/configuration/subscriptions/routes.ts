import type { Endpoint } from '../../environment/context.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import { showItem } from '../../pingone/item-view.js';
import { resource } from '../http/resource.js';
import { wakeQueue } from './deliveries.js';
import { subscriptionBody } from './schema.js';
import { createSubscription, replaceSubscription, subscriptionOf } from './subscriptions.js';

/** An answer repeats the target of HTTPS as `connectionDetails` (docs/fidelity.md, management 7.18). */
const withTarget = ({ httpEndpoint, connectionDetails = httpEndpoint, ...subscription }: Subscription): Subscription => ({
  ...subscription,
  ...(httpEndpoint && { httpEndpoint }),
  ...(connectionDetails && { connectionDetails }),
});

/** Webhooks (docs/fidelity.md, management 7.18). */
export const subscriptions: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/subscriptions/:itemId',
    items: ({ environment }) => environment.store.subscriptions.list(),
    find: subscriptionOf,
    show: (subscription, { self, environment }) => showItem(withTarget(subscription), { self, environment }),
  });
  list();
  create(subscriptionBody, ({ environment }, body) => createSubscription(environment, body));
  read();
  replace(subscriptionBody, async ({ environment }, existing, body) => {
    const replaced = await replaceSubscription(environment, existing, body);
    wakeQueue(environment, existing.id);
    return replaced;
  });
  remove(async ({ environment }, { id }) => {
    await environment.store.subscriptions.take(id);
    wakeQueue(environment, id);
  });
};
