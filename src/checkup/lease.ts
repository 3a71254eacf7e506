import { membersOf, textMember } from '../lib/unknown.js';
import { CheckupStopped } from './stopped.js';
import type { ControlApi } from './types.js';

/** How long the mock keeps what a checkup has changed after it last heard of it. */
const seconds = 20;
const renewalMilliseconds = 4000;

/** A checkup's right to change how an environment behaves. What it changes under the lease ends with it, also if the process is killed. */
export interface HeldLease {
  readonly id: string;
  /** Aborts if the mock has ended the lease. */
  readonly lost: AbortSignal;
  /** Takes back all changes. */
  end(): Promise<void>;
}

async function occupied(control: ControlApi, path: string): Promise<CheckupStopped> {
  const { leases } = membersOf(await control.call(`${path}/leases`));
  const [current] = Array.isArray(leases) ? leases : [];
  return new CheckupStopped(
    `this environment is in use by ${textMember(current, 'holder') ?? 'another checkup'}, and two at once would see each other's faults`,
    `wait until that one ends; if its process was killed, the mock frees the environment within ${seconds} seconds`,
  );
}

/**
 * Takes the lease of an environment, and renews it until it is ended.
 * @param path of the environment, below the control API
 * @throws {CheckupStopped} if another checkup has it
 */
export async function takeLease(control: ControlApi, path: string, holder: string): Promise<HeldLease> {
  const taken = await control
    .call(`${path}/leases`, { method: 'POST', body: { holder, seconds } })
    .catch(async (error: { status?: number }) => {
      if (error.status !== 409) throw error;
      throw await occupied(control, path);
    });
  const id = textMember(taken, 'id') ?? '';
  const own = `${path}/leases/${id}`;
  const lost = new AbortController();
  const renewal = setInterval(() => {
    // A mock that does not answer this time may answer the next time.
    const renewed = control.call(own, { method: 'PUT', body: {} }).catch((error: { status?: number }) => {
      if (error.status === 409 || error.status === 404) lost.abort();
    });
    void renewed;
  }, renewalMilliseconds).unref();
  return {
    id,
    lost: lost.signal,
    async end() {
      clearInterval(renewal);
      await control.call(own, { method: 'DELETE' }).catch((error: { status?: number }) => {
        // It has ended already, or the mock has.
        if ((error.status ?? 0) >= 500) throw error;
      });
    },
  };
}
