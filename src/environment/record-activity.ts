import type { Environment } from './context.js';
import type { ActivityInput, Party } from './journal/activities.js';
import type { Exchange } from './journal/exchange.js';
import type { Application } from './model/application.js';
import type { User } from './model/user.js';

type Place = Pick<Environment, 'id'>;

/** A user as an audit event names it. */
export const userParty = ({ id: environmentId }: Place, { id, username, population }: User): Party => ({
  type: 'USER',
  id,
  name: username,
  environmentId,
  populationId: population.id,
  path: `users/${id}`,
});

type Named = Pick<Application, 'id' | 'name'>;
const makeParty = ({ id: environmentId }: Place, { id, name }: Named, type: 'CLIENT' | 'APPLICATION'): Party => ({
  type,
  id,
  name,
  environmentId,
  path: `applications/${id}`,
});

/** An application in audit events, cached for each stored version. */
const parties = new WeakMap<Named, { readonly client: Party; readonly application: Party }>();

function partiesOf(environment: Place, application: Named) {
  let known = parties.get(application);
  if (!known) {
    known = { client: makeParty(environment, application, 'CLIENT'), application: makeParty(environment, application, 'APPLICATION') };
    parties.set(application, known);
  }
  return known;
}

/** An application that acts, as an audit event names it. */
export const clientParty = (environment: Place, application: Named): Party => partiesOf(environment, application).client;

/** Where a request came from, as webhooks show it. */
export const sourceOf = ({ remoteIp, headers }: Pick<Exchange, 'remoteIp' | 'headers'>): ActivityInput['source'] => ({
  ipAddress: remoteIp?.replace(/^::ffff:(?=\d)/, ''),
  userAgent: typeof headers['user-agent'] === 'string' ? headers['user-agent'] : undefined,
});

interface UserActivity {
  /** The type of the action, as USER.ACCESS_ALLOWED. */
  readonly type: string;
  readonly description: string;
  /** The user who acts, besides being what the event is about. */
  readonly isActor?: boolean;
  readonly client?: Party | undefined;
  readonly exchange?: Exchange | undefined;
}

/** Records an audit event about a user (docs/fidelity.md, management 7.15). */
export function recordUserActivity(
  environment: Environment,
  user: User,
  { type, description, isActor = false, client, exchange }: UserActivity,
): void {
  if (exchange?.isOwn) return;
  const party = userParty(environment, user);
  environment.activities.add({
    type,
    client,
    user: isActor ? party : undefined,
    resource: party,
    description,
    correlationId: exchange?.id,
    source: exchange && sourceOf(exchange),
  });
}

/** Records that an application got a token, or revoked one (docs/fidelity.md, management 7.15). */
export function recordTokenActivity(
  environment: Environment,
  application: Application,
  type: 'TOKEN.CREATED' | 'TOKEN.REVOKED',
  exchange: Exchange,
): void {
  if (exchange.isOwn) return;
  const { client, application: resource } = partiesOf(environment, application);
  const done = type === 'TOKEN.CREATED' ? 'Created' : 'Revoked';
  environment.activities.add({
    type,
    client,
    resource,
    description: `${done} Token of ${application.name}`,
    correlationId: exchange.id,
    source: sourceOf(exchange),
  });
}
