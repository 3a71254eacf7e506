import type { Environment } from '../../environment/context.js';
import type { PushRequest } from '../../environment/model/second-factor.js';
import { serialize } from '../../environment/serialize.js';

/** The result of a phone's answer. */
export type PushDecision = 'approved' | 'denied' | 'unknown' | 'decided already' | 'expired';

/** The push requests that phones have not answered yet, oldest first. */
export async function waitingPushes({ store, clock }: Environment): Promise<PushRequest[]> {
  const now = clock.now();
  return (await store.pushRequests.list()).filter(({ answer, timesOutAt }) => answer === undefined && timesOutAt > now);
}

/**
 * Answers a push request in place of the phone. Where numbers have to match, another `number` than the one on the page counts
 * as a denial; without one, the right one is chosen.
 */
export const decidePush = (environment: Environment, id: string, approve: boolean, number?: string): Promise<PushDecision> =>
  serialize(environment, `push request ${id}`, async () => {
    const { store, clock } = environment;
    const push = await store.pushRequests.get(id);
    if (!push) return 'unknown';
    if (push.answer) return 'decided already';
    if (push.timesOutAt <= clock.now()) return 'expired';
    const matches = push.number === undefined || number === undefined || number === push.number;
    const answer = approve && matches ? 'APPROVED' : 'DENIED';
    await store.pushRequests.put({ ...push, answer }, push.timesOutAt + 15 * 60_000);
    return answer === 'APPROVED' ? 'approved' : 'denied';
  });
