import type { PolledGrant } from '../../environment/model/polled-grants.js';
import type { Expiring } from '../../lib/collections/types.js';

/** How long after its end a grant is still known as expired or used. */
export const traceMilliseconds = 3_600_000;

/** Stores a grant until some time after it has expired. */
export const keepPolled = <T extends PolledGrant>(grants: Expiring<T>, grant: T): Promise<void> =>
  grants.put(grant, grant.expiresAt + traceMilliseconds);
