import { createRing } from '../../lib/ring.js';

/** Somebody or something that an activity is about: a user, an application, any other resource. */
export interface Party {
  /** USER, APPLICATION, POPULATION; CLIENT for an application that acts. */
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly environmentId: string;
  /** The population of a user. */
  readonly populationId?: string | undefined;
  /** The address below the environment, such as `users/{id}`. */
  readonly path: string;
}

/** What an audit event says (docs/fidelity.md, management 7.15). */
export interface ActivityInput {
  /** The type of the action, as USER.CREATED. */
  readonly type: string;
  readonly client?: Party | undefined;
  readonly user?: Party | undefined;
  readonly resource: Party;
  readonly status?: 'SUCCESS' | 'FAILED' | undefined;
  /** The result in words. */
  readonly description: string;
  /** The correlation id of the request that caused it. */
  readonly correlationId?: string | undefined;
  /** The origin of the request. Only webhooks show it. */
  readonly source?: { readonly ipAddress?: string | undefined; readonly userAgent?: string | undefined } | undefined;
  /** `adminIdentityEvent` for what an administrator does to another. */
  readonly tags?: readonly string[] | undefined;
}

/** An audit event as it is kept. */
export interface Activity extends ActivityInput {
  readonly id: string;
  /** Grows from each activity of an environment to the next. */
  readonly n: number;
  /** Milliseconds since the epoch, by the environment's clock. */
  readonly at: number;
  readonly correlationId: string;
}

/** The audit events of one environment. Bounded: the oldest are dropped. */
export interface Activities {
  add(activity: ActivityInput): Activity;
  get(id: string): Activity | undefined;
  /** Newest first. */
  newestFirst(): Iterable<Activity>;
  clear(): void;
}

interface ActivitiesOptions {
  readonly now: () => number;
  readonly newId: () => string;
  /** The most activities to keep. */
  readonly capacity?: number;
  readonly onAdd?: (activity: Activity) => void;
  readonly onClear?: () => void;
}

/** Longer names and descriptions are cut: an event never takes more memory than this allows. */
const longestText = 256;
const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);
const cutParty = (party: Party): Party => (party.name.length > longestText ? { ...party, name: cut(party.name) } : party);

const cutSource = (source: NonNullable<ActivityInput['source']>): ActivityInput['source'] =>
  (source.userAgent?.length ?? 0) > longestText ? { ...source, userAgent: cut(source.userAgent as string) } : source;

/** The audit event that an input becomes, without its number. */
export function makeActivity(
  { type, client, user, resource, status, description, correlationId, source, tags }: ActivityInput,
  { now, newId }: Pick<ActivitiesOptions, 'now' | 'newId'>,
): Omit<Activity, 'n'> {
  return {
    type,
    id: newId(),
    at: now(),
    correlationId: correlationId ?? newId(),
    client: client && cutParty(client),
    user: user && cutParty(user),
    resource: cutParty(resource),
    status,
    description: cut(description),
    source: source && cutSource(source),
    tags,
  };
}

/** The most audit events that an environment keeps. */
export const mostActivities = 1000;

export function createActivities({ now, newId, capacity = mostActivities, onAdd, onClear }: ActivitiesOptions): Activities {
  const ring = createRing<Activity>(capacity);
  let last = 0;
  return {
    add(input) {
      last += 1;
      const activity: Activity = { ...makeActivity(input, { now, newId }), n: last };
      ring.add(activity);
      onAdd?.(activity);
      return activity;
    },
    // Every token adds one, and few are ever asked for: an index would cost more than it saves.
    get: (id) => ring.list().find((activity) => activity.id === id),
    newestFirst: () => ring.newestFirst(),
    clear() {
      ring.clear();
      onClear?.();
    },
  };
}
