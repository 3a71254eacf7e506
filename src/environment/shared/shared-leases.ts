import type { Lease, Leases } from '../faults/leases.js';
import type { CachedCollection } from './cached-collection.js';

/** The lease of an environment as it is stored. There is one at most. */
export interface StoredLease {
  readonly id: 'lease';
  readonly lease: Lease;
  /** By the store's time, in milliseconds since the epoch. */
  readonly endsAt: number;
}

interface SharedLeasesOptions {
  readonly stored: CachedCollection<StoredLease>;
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** The store's time. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Takes back what the holder has changed. */
  readonly onEnd: (id: string) => void | Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** How long after its end a lease is taken back, in milliseconds: its holder may be about to renew it. */
const grace = 50;

/** One holder among all replicas. Whichever of them notices that a lease is over ends it. */
export function createSharedLeases({ stored, inTurn, now, newId, onEnd, onError }: SharedLeasesOptions): Leases {
  const current = (): Lease | undefined => stored.peek('lease')?.lease;
  const put = (lease: Lease) => stored.put({ id: 'lease', lease, endsAt: now() + lease.seconds * 1000 });
  const end = (id: string, isDue: (held: StoredLease) => boolean): Promise<boolean> =>
    inTurn(async () => {
      const held = stored.peek('lease');
      if (held?.lease.id !== id || !isDue(held)) return false;
      await stored.take('lease');
      await onEnd(id);
      return true;
    });
  const isOver = ({ endsAt }: StoredLease): boolean => endsAt <= now();

  /** What this replica calls back, for the lease that is held. */
  let attached: { readonly id: string; readonly callBacks: (() => void)[] } | undefined;
  const callBack = (held: StoredLease | undefined) => {
    if (!attached || attached.id === held?.lease.id) return;
    const { callBacks } = attached;
    attached = undefined;
    for (const each of callBacks) each();
  };
  let timer: NodeJS.Timeout | undefined;
  const watch = (held: StoredLease | undefined) => {
    clearTimeout(timer);
    if (!held) return;
    timer = setTimeout(
      () =>
        void end(held.lease.id, isOver)
          .catch(onError)
          .then(() => watch(stored.peek('lease'))),
      Math.max(0, held.endsAt - now()) + grace,
    ).unref();
  };
  watch(stored.peek('lease'));
  stored.onChange((_id, held) => {
    watch(held);
    callBack(held);
  });

  return {
    get current() {
      return current();
    },
    take: (wanted) =>
      inTurn(async () => {
        if (current()) return undefined;
        const lease = { ...wanted, id: newId() };
        await put(lease);
        return lease;
      }),
    renew: (id) =>
      inTurn(async () => {
        const lease = current();
        if (lease?.id !== id) return false;
        await put(lease);
        return true;
      }),
    end: (id) => end(id, () => true),
    attach(id, ended) {
      if (current()?.id !== id) return false;
      attached ??= { id, callBacks: [] };
      attached.callBacks.push(ended);
      return true;
    },
  };
}
