import type { SessionRecord } from '../../environment/model/lifetimes.js';
import { readUserAgent } from '../../lib/user-agent.js';
import { toLinks } from '../../pingone/hal.js';

const moment = (at: number): string => new Date(at).toISOString();

interface ShowOptions {
  /** The address of the environment. */
  readonly environmentUrl: string;
  readonly environmentId: string;
  /** The address of the collection that the session is shown in. */
  readonly collectionUrl: string;
}

function showLastSignOn({ lastSignOn }: SessionRecord) {
  if (!lastSignOn) return null;
  const { at, remoteIp, authenticators, withAuthenticator } = lastSignOn;
  const uses = Object.entries(withAuthenticator);
  const last = uses.map(([, use]) => use).find((use) => use.at === at && use.policy);
  return {
    remoteIp,
    authenticators,
    withAuthenticator: Object.fromEntries(uses.map(([name, use]) => [name, { policy: use.policy, at: moment(use.at) }])),
    policy: last?.policy,
    at: moment(at),
  };
}

/**
 * A session as an answer shows it, its members in PingOne's order (docs/fidelity.md, management 6.3): never the value of its
 * cookie, which is the session itself.
 */
export function showSession(session: SessionRecord, { environmentUrl, environmentId, collectionUrl }: ShowOptions) {
  const { id, userId, createdAt, activeAt, expiresAt, idleTimeoutInMinutes, userAgent, locations } = session;
  const user = userId === undefined ? undefined : `${environmentUrl}/users/${userId}`;
  return {
    _links: toLinks({ self: `${collectionUrl}/${id}`, environment: environmentUrl, user }),
    id,
    environment: { id: environmentId },
    ...(userId !== undefined && { user: { id: userId } }),
    createdAt: moment(createdAt),
    activeAt: moment(activeAt),
    expiresAt: moment(expiresAt),
    idleTimeoutInMinutes,
    userAgent,
    ...(userAgent !== undefined && readUserAgent(userAgent)),
    locations: locations.map(({ at, remoteIp }) => ({ at: moment(at), remoteIp })),
    lastSignOn: showLastSignOn(session),
  };
}
