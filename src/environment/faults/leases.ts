/** The right to change how an environment behaves, such as for a checkup. One holder at a time has it, as long as it renews it. */
export interface Lease {
  readonly id: string;
  /** Who has it: the next one who asks is shown this name. */
  readonly holder: string;
  /** How long it lasts after each renewal. */
  readonly seconds: number;
}

export interface Leases {
  /** The lease that is held now. */
  readonly current: Lease | undefined;
  /** Undefined while another holder has it. */
  take(lease: Omit<Lease, 'id'>): (Lease | undefined) | Promise<Lease | undefined>;
  /** False if it has ended. */
  renew(id: string): boolean | Promise<boolean>;
  /** False if it has ended before. */
  end(id: string): boolean | Promise<boolean>;
  /** Calls back once when the lease ends. False if it has ended before. */
  attach(id: string, onEnd: () => void): boolean;
}

interface LeasesOptions {
  readonly newId: () => string;
  /** Takes back what the holder has changed. */
  readonly onEnd: (id: string) => void | Promise<void>;
}

/** Leases end in real time: a holder may move the clock of the environment, and a process that was killed moves nothing any more. */
export function createLeases({ newId, onEnd }: LeasesOptions): Leases {
  let held: { readonly lease: Lease; timer: NodeJS.Timeout; readonly attached: (() => void)[] } | undefined;
  const end = (id: string): boolean => {
    if (held?.lease.id !== id) return false;
    const { timer, attached } = held;
    clearTimeout(timer);
    held = undefined;
    void onEnd(id);
    for (const callBack of attached) callBack();
    return true;
  };
  const startTimer = ({ id, seconds }: Lease): NodeJS.Timeout => setTimeout(() => end(id), seconds * 1000).unref();
  return {
    get current() {
      return held?.lease;
    },
    take(wanted) {
      if (held) return undefined;
      const lease = { ...wanted, id: newId() };
      held = { lease, timer: startTimer(lease), attached: [] };
      return lease;
    },
    renew(id) {
      if (held?.lease.id !== id) return false;
      clearTimeout(held.timer);
      held.timer = startTimer(held.lease);
      return true;
    },
    end,
    attach(id, callBack) {
      if (held?.lease.id !== id) return false;
      held.attached.push(callBack);
      return true;
    },
  };
}
