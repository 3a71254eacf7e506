import type { Activity, Party } from '../../environment/journal/activities.js';
import { toLinks } from '../../pingone/hal.js';
import { describeAction } from './kinds.js';

/** A user, an application or another resource in an event. */
const showParty = ({ type, id, name, environmentId, populationId, path: below }: Party, root: string) => ({
  id,
  name,
  environment: { id: environmentId },
  ...(populationId !== undefined && { population: { id: populationId } }),
  href: `${root}/environments/${environmentId}${below && `/${below}`}`,
  type,
});

/**
 * An event as an answer shows it, with its members in PingOne's order.
 * @param root the address of the management API, such as http://localhost:9400/v1
 */
export function showActivity(activity: Activity, root: string) {
  const { id, at, correlationId, client, user, type, resource, status = 'SUCCESS', description, tags } = activity;
  const time = new Date(at).toISOString();
  const { type: resourceType, ...shown } = showParty(resource, root);
  return {
    _links: toLinks({ self: `${root}/environments/${resource.environmentId}/activities/${id}` }),
    id,
    recordedAt: time,
    createdAt: time,
    correlationId,
    ...((client || user) && {
      actors: { ...(client && { client: showParty(client, root) }), ...(user && { user: showParty(user, root) }) },
    }),
    action: { type, description: describeAction(type) },
    resources: [{ type: resourceType, ...shown }],
    result: { status, description },
    ...(tags && { tags }),
  };
}
