import type { Context, Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';

/** The environment whose callback a redirect URI is, as http://localhost:9400/{environmentId}/rp/callback/openid_connect. */
const callbackOf = /\/([0-9a-f-]{36})\/rp\/callback\//i;

/** More than a person tries in one sign-on. */
const mostRelated = 10;

/** The environment that a redirect URI leads back to, where that is one of this server. */
export const environmentOfCallback = ({ environments }: Pick<Context, 'environments'>, redirectUri = ''): Environment | undefined =>
  environments.get(callbackOf.exec(redirectUri)?.[1]?.toLowerCase() ?? '');

/**
 * Links the transactions of a sign-on that goes through an external identity provider, where that is another environment of this
 * server: the one that began it, `asking`, and the one at the provider.
 */
export async function relateToSignOn(
  { events, recordings }: Pick<Context, 'events' | 'recordings'>,
  asking: Environment,
  environment: Environment,
  { transaction, state = '' }: { readonly transaction: Transaction; readonly state?: string | undefined },
): Promise<void> {
  const signOn = await asking.store.externalSignOns.get(state);
  const flow = signOn && (await asking.store.flows.get(signOn.flowId));
  if (!flow) return;
  await recordings.caughtUp(asking.id);
  const outer = asking.transactions.get(flow.transactionId);
  if (!outer || outer.related.length >= mostRelated) return;
  const provider = await asking.store.identityProviders.get(signOn.providerId);
  const step = outer.steps.findLast(({ exchange }) => exchange?.route?.endsWith('/rp/authenticate'))?.n;
  outer.related.push({ role: 'provider', environmentId: environment.id, id: transaction.id, step, name: provider?.name });
  transaction.related.push({ role: 'application', environmentId: asking.id, id: outer.id, name: outer.application?.name });
  events.push(outer);
}
