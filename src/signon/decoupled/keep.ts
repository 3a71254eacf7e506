import type { PolledGrant } from '../../environment/model/polled-grants.js';
import type { Expiring } from '../../lib/collections/types.js';

/** So long after its end a grant is known as expired, or as used. */
export const traceMilliseconds = 3_600_000;

/** Keeps a grant until a while after its end. */
export const keepPolled = <T extends PolledGrant>(grants: Expiring<T>, grant: T): Promise<void> =>
  grants.put(grant, grant.expiresAt + traceMilliseconds);
