import type { Session } from '../../environment/model/lifetimes.js';
import { toLinks } from '../../pingone/hal.js';

const moment = (at: number): string => new Date(at).toISOString();

/** A session as the management API shows it. Its token is nobody's business but the browser's. */
export function showSession(
  { id, userId, createdAt, activeAt, authenticatedAt, expiresAt }: Session,
  environmentUrl: string,
  environmentId: string,
) {
  const user = `${environmentUrl}/users/${userId}`;
  return {
    _links: toLinks({ self: `${user}/sessions/${id}`, environment: environmentUrl, user }),
    id,
    environment: { id: environmentId },
    user: { id: userId },
    createdAt: moment(createdAt),
    activeAt: moment(activeAt),
    expiresAt: moment(expiresAt),
    lastSignOn: { at: moment(authenticatedAt) },
  };
}
