import type { Activity } from '../../environment/journal/activities.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import { isObject } from '../../lib/unknown.js';
import { showActivity } from '../activities/view.js';

/** The posted bodies: documented for the format ACTIVITY, inferred for the others (docs/fidelity.md, management 7.18). */

/** The most events in one request. */
const mostEvents = 500;

const hasId = (references: readonly { readonly id: string }[] | undefined, ...ids: readonly (string | undefined)[]): boolean =>
  references === undefined || references.length === 0 || references.some(({ id }) => ids.includes(id));

/** Whether a subscription wants an event: each filter that it has must fit. */
export const wants = ({ filterOptions }: Subscription, { type, client, resource, tags = [] }: Activity): boolean =>
  filterOptions.includedActionTypes.includes(type) &&
  hasId(filterOptions.includedApplications, client?.id, resource.type === 'APPLICATION' ? resource.id : undefined) &&
  hasId(filterOptions.includedPopulations, resource.populationId) &&
  (!filterOptions.includedTags?.length || filterOptions.includedTags.some((tag) => tags.includes(tag)));

function showEvent({ filterOptions }: Subscription, activity: Activity, root: string) {
  const { ipAddress, userAgent } = activity.source ?? {};
  const source = {
    ...(filterOptions.ipAddressExposed && ipAddress !== undefined && { ipAddress }),
    ...(filterOptions.userAgentExposed && userAgent !== undefined && { userAgent }),
  };
  return { ...showActivity(activity, root), ...(Object.keys(source).length > 0 && { source }) };
}

/** The members of an event by their paths: New Relic's events have no objects in them. */
function flat(value: unknown, path = ''): [string, unknown][] {
  if (!isObject(value) && !Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => flat(member, path === '' ? name : `${path}.${name}`));
}

/** One event in the subscription's format. */
function formatted(subscription: Subscription, activity: Activity, root: string): object {
  const event = showEvent(subscription, activity, root);
  if (subscription.format === 'SPLUNK') return { event, host: 'pingidentity.com', time: activity.at, source: activity.type };
  if (subscription.format === 'NEWRELIC') {
    const { _links, ...members } = event;
    return { eventType: 'PingOneActivity', timestamp: activity.at, ...Object.fromEntries(flat(members)) };
  }
  return event;
}

/** How many of the events that wait go into the next request: at least one. */
export function countOf(subscription: Subscription, activities: readonly Activity[], root: string): number {
  const { type, size } = subscription.payloadOptions?.maximumPayloadLimit ?? {};
  if (type !== 'KB_PER_PAYLOAD' || size === undefined) return Math.min(activities.length, mostEvents, size ?? mostEvents);
  let bytes = 2;
  let count = 0;
  for (const activity of activities.slice(0, mostEvents)) {
    bytes += Buffer.byteLength(write(subscription, [activity], root).body);
    if (count > 0 && bytes > size * 1024) break;
    count += 1;
  }
  return count;
}

interface Payload {
  readonly contentType: string;
  readonly body: string;
}

/** The body of a request: a list in JSON, or a line of JSON for each event. */
export function write(subscription: Subscription, activities: readonly Activity[], root: string): Payload {
  const { format, prettyPrint } = subscription.payloadOptions?.payloadFormat?.https ?? {};
  const events = activities.map((activity) => formatted(subscription, activity, root));
  if (format === 'ND_JSON')
    return { contentType: 'application/x-ndjson', body: events.map((event) => `${JSON.stringify(event)}\n`).join('') };
  return { contentType: 'application/json', body: JSON.stringify(events, null, prettyPrint ? 2 : 0) };
}
