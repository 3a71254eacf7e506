import type { Clock } from '../../lib/clock.js';
import type { ClaimsRules } from '../faults/claims-rules.js';
import type { Hooks } from '../faults/hooks.js';
import type { Leases } from '../faults/leases.js';
import type { Faults } from '../faults/registry.js';
import type { Message, Outbox } from '../journal/outbox.js';
import type { ApplicationKeys } from '../keys/application-keys.js';
import type { KeyUse, ReadyKey } from '../keys/types.js';
import { createSharedApplicationKeys, type StoredApplicationKey } from './shared-application-keys.js';
import { createSharedClaimsRules, type StoredClaimsRule } from './shared-claims-rules.js';
import { createSharedClock } from './shared-clock.js';
import { createSharedFaults } from './shared-faults.js';
import { type MakeRing, openSharedKeys } from './shared-keys.js';
import { createSharedLeases, type StoredLease } from './shared-leases.js';
import { createSharedOutbox } from './shared-outbox.js';
import type { Sharing } from './sharing.js';

/** What an environment has in common with the same one in other replicas, beside its store. */
export interface SharedParts {
  readonly clock: Clock;
  readonly makeRing: MakeRing;
  readonly faults: Faults;
  readonly outbox: Outbox;
  readonly applicationKeys: ApplicationKeys;
  claimsRulesOf(hooks: Hooks): ClaimsRules;
  leasesOf(onEnd: (id: string) => Promise<void>): Leases;
  /** Runs work on what is read, while no other replica runs work of the same name. */
  inTurn<R, T>(name: string, read: () => Promise<R>, work: (found: R) => Promise<T>): Promise<T>;
}

interface SharedPartsOptions {
  readonly sharing: Sharing;
  readonly environmentId: string;
  /** The server's clock. */
  readonly clock: Clock;
  readonly newId: () => string;
  readonly newKid: () => string;
  readonly take: (use: KeyUse) => ReadyKey;
  /** Work failed that no request waits for. */
  readonly onError: (error: unknown) => void;
}

export async function openSharedParts({
  sharing,
  environmentId,
  clock,
  newId,
  newKid,
  take,
  onError,
}: SharedPartsOptions): Promise<SharedParts> {
  const inTurn = <T>(name: string, work: () => Promise<T>) => sharing.locks.hold(`${environmentId}:${name}`, work);
  const own = await createSharedClock(sharing.held(environmentId, 'clock'), clock, (work) => inTurn('clock', work));
  const stored = sharing.held<never>(environmentId, 'faults');
  const messages = sharing.held<Message>(environmentId, 'outbox');
  const rules = sharing.held<StoredClaimsRule>(environmentId, 'claimsRules');
  const lease = sharing.held<StoredLease>(environmentId, 'leases');
  const keys = sharing.held<StoredApplicationKey>(environmentId, 'applicationKeys');
  await Promise.all([stored, messages, rules, lease, keys].map(({ loaded }) => loaded));
  return {
    clock: own,
    makeRing: await openSharedKeys({ sharing, environmentId, take, newKid, now: own.now }),
    faults: createSharedFaults({ stored, inTurn: (work) => inTurn('faults', work), newId }),
    outbox: createSharedOutbox({ stored: messages, now: own.now, newId }),
    applicationKeys: createSharedApplicationKeys(keys),
    claimsRulesOf: (hooks) => createSharedClaimsRules({ stored: rules, hooks, inTurn: (work) => inTurn('claims rules', work), newId }),
    leasesOf: (onEnd) =>
      createSharedLeases({ stored: lease, inTurn: (work) => inTurn('leases', work), now: sharing.now, newId, onEnd, onError }),
    inTurn: (name, read, work) => sharing.locks.holdFor(`${environmentId}:${name}`, read, work),
  };
}
