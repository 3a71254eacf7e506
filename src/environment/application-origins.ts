import type { Collection } from '../lib/collections/types.js';
import { allowsOrigin, type CorsSettings, coveringOrigins, listedOrigins, originOfUri } from '../lib/origin-match.js';
import type { Application } from './model/application.js';

const settingsOf = ({ corsSettings }: Application): CorsSettings | undefined => corsSettings as CorsSettings | undefined;

const redirectOrigins = new WeakMap<Application, ReadonlySet<string>>();

/** The origins of an application's redirect URIs, cached for each stored version of the application. */
function redirectOriginsOf(application: Application): ReadonlySet<string> {
  const known = redirectOrigins.get(application);
  if (known) return known;
  const origins = new Set((application.redirectUris ?? []).flatMap((uri) => originOfUri(uri) ?? []));
  redirectOrigins.set(application, origins);
  return origins;
}

interface OriginQuestion {
  readonly origin: string;
  /** Whether the server trusts the origin for every application. */
  readonly isTrusted: boolean;
  /** Whether only listed origins are allowed, if the corsSettings list any. */
  readonly onlyListed: boolean;
}

/**
 * Whether pages of an origin may call the endpoints for an application: because its corsSettings list the origin (`listed`) or
 * for another reason (`unlisted`); undefined if they may not.
 */
export function originGrant(
  application: Application,
  { origin, isTrusted, onlyListed }: OriginQuestion,
): 'listed' | 'unlisted' | undefined {
  const settings = settingsOf(application);
  const isSpecific = settings?.behavior === 'ALLOW_SPECIFIC_ORIGINS';
  if (settings !== undefined && !isSpecific) return undefined;
  if (isSpecific && allowsOrigin(settings, origin)) return 'listed';
  if (isSpecific && onlyListed) return undefined;
  return isTrusted || redirectOriginsOf(application).has(origin.toLowerCase()) ? 'unlisted' : undefined;
}

/** All origins that the applications of an environment list or redirect to. */
export interface ApplicationOrigins {
  has(origin: string): Promise<boolean>;
}

const grantedOrigins = (application: Application | undefined): ReadonlySet<string> =>
  application === undefined || settingsOf(application)?.behavior === 'ALLOW_NO_ORIGINS'
    ? new Set()
    : new Set([...listedOrigins(settingsOf(application)), ...redirectOriginsOf(application)]);

/**
 * Counts the origins of a collection of applications. Each change of an application updates the counts, so that a lookup does
 * not read all applications; only the first lookup reads them.
 */
export function countOrigins(applications: Pick<Collection<Application>, 'list' | 'onChange'>): ApplicationOrigins {
  const byApplication = new Map<string, ReadonlySet<string>>();
  const counts = new Map<string, number>();
  const add = (origins: Iterable<string>, by: 1 | -1): void => {
    for (const origin of origins) {
      const count = (counts.get(origin) ?? 0) + by;
      if (count > 0) counts.set(origin, count);
      else counts.delete(origin);
    }
  };
  const count = (id: string, application: Application | undefined): void => {
    const granted = grantedOrigins(application);
    add(byApplication.get(id) ?? [], -1);
    add(granted, 1);
    if (granted.size > 0) byApplication.set(id, granted);
    else byApplication.delete(id);
  };
  let counted: Promise<void> | undefined;
  /** Applications that change while the first lookup reads them all: it must not count the version that it read. */
  let changed: Set<string> | undefined;
  const countAll = async (): Promise<void> => {
    changed = new Set();
    for (const application of await applications.list()) if (!changed.has(application.id)) count(application.id, application);
    changed = undefined;
  };
  applications.onChange((id, application) => {
    if (!counted) return;
    changed?.add(id);
    count(id, application);
  });
  return {
    async has(origin) {
      counted ??= countAll();
      await counted;
      return coveringOrigins(origin).some((covering) => counts.has(covering));
    },
  };
}
