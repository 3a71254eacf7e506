import type { Environment } from '../../environment/context.js';
import type { DeviceAuthorization } from '../../environment/model/polled-grants.js';
import { serialize } from '../../environment/serialize.js';

/** After so many wrong user codes of one session, none is right for a while (RFC 8628 §5.1; the numbers are inferred). */
export const maxWrongUserCodes = 10;
const pauseMilliseconds = 10 * 60_000;

/**
 * Looks a user code up for a session, in all of whose flows wrong ones are counted: of parallel guesses each counts.
 * @returns the device; without one, whether the session has guessed too often
 */
export function tryUserCode(
  environment: Environment,
  sessionId: string,
  find: () => Promise<DeviceAuthorization | undefined>,
): Promise<{ readonly device?: DeviceAuthorization | undefined; readonly tooMany: boolean }> {
  const { store, clock } = environment;
  return serialize(environment, `user codes of ${sessionId}`, async () => {
    const before = await store.wrongUserCodes.get(sessionId);
    if (before && before.count >= maxWrongUserCodes) return { tooMany: true };
    const device = await find();
    if (device) return { device, tooMany: false };
    const endsAt = before?.endsAt ?? clock.now() + pauseMilliseconds;
    await store.wrongUserCodes.put({ id: sessionId, count: (before?.count ?? 0) + 1, endsAt }, endsAt);
    return { tooMany: false };
  });
}
