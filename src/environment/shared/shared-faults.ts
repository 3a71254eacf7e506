import { type BrokenPkce, type Faults, type InjectedFault, isFor, meets, newFault } from '../faults/registry.js';
import type { EndpointName } from '../journal/endpoints.js';
import type { CachedCollection } from './cached-collection.js';

interface SharedFaultsOptions {
  /** `left` is absent where a fault happens until it is removed: JSON has no Infinity. */
  readonly stored: CachedCollection<Omit<InjectedFault, 'left'> & { readonly left?: number | undefined }>;
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly newId: () => string;
  /** The most faults: where there are more, the oldest makes room. */
  readonly capacity?: number;
}

/** The faults that all replicas meet. How often one still happens is counted over all of them. */
export function createSharedFaults({ stored, inTurn, newId, capacity = 1000 }: SharedFaultsOptions): Faults {
  const list = (): InjectedFault[] => stored.peekAll().map(({ left = Number.POSITIVE_INFINITY, ...fault }) => ({ ...fault, left }));
  const keep = ({ left, ...fault }: InjectedFault) => stored.put({ ...fault, ...(Number.isFinite(left) && { left }) });

  /** Uses up one that fits, if there is one: of requests to several replicas at once, only as many as are left. */
  const spend = (fits: (fault: InjectedFault) => boolean): Promise<InjectedFault | undefined> =>
    inTurn(async () => {
      const fault = list().find(fits);
      if (!fault) return undefined;
      if (fault.left <= 1) await stored.take(fault.id);
      else if (Number.isFinite(fault.left)) await keep({ ...fault, left: fault.left - 1 });
      return fault;
    });
  const breaks = (kind: BrokenPkce, client: string) => (fault: InjectedFault) => fault.pkce === kind && isFor(fault, client);

  return {
    get active() {
      return stored.peekAll().length > 0;
    },
    async add(given) {
      const fault = newFault(given, newId());
      await keep(fault);
      for (const { id } of list().slice(0, -capacity)) await stored.take(id);
      return fault;
    },
    list,
    remove: async (id) => (await stored.take(id)) !== undefined,
    async clear() {
      await Promise.all(list().map(({ id }) => stored.take(id)));
    },
    take(endpoint: EndpointName, client: string | undefined) {
      const fits = meets(endpoint, client);
      return list().some(fits) ? spend(fits) : undefined;
    },
    breaksPkce: (kind, client) => list().some(breaks(kind, client)),
    takeBrokenPkce: async (kind, client) => void (await spend(breaks(kind, client))),
  };
}
