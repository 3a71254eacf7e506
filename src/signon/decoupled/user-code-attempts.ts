import type { Environment } from '../../environment/context.js';
import type { DeviceAuthorization } from '../../environment/model/polled-grants.js';
import { serialize } from '../../environment/serialize.js';

/** After so many wrong user codes of one guesser, none is right for a while (RFC 8628 §5.1; the numbers are inferred). */
export const maxWrongUserCodes = 10;
const pauseMilliseconds = 10 * 60_000;

/**
 * What wrong codes are counted by where no user has signed on: the address of the request. A session that the
 * first attempt began would be dropped with its cookie.
 */
export const peerGuesser = (address: string): string => `peer ${address}`;

/**
 * Looks up a user code and counts a guesser's wrong ones across all flows: parallel guesses all count.
 * @param guesser the id of the session, or `peerGuesser` without one
 * @returns the device; without one, whether the guesser has tried too often
 */
export function tryUserCode(
  environment: Environment,
  guesser: string,
  find: () => Promise<DeviceAuthorization | undefined>,
): Promise<{ readonly device?: DeviceAuthorization | undefined; readonly tooMany: boolean }> {
  const { store, clock } = environment;
  return serialize(environment, `user codes of ${guesser}`, async () => {
    const before = await store.wrongUserCodes.get(guesser);
    if (before && before.count >= maxWrongUserCodes) return { tooMany: true };
    const device = await find();
    if (device) return { device, tooMany: false };
    const endsAt = before?.endsAt ?? clock.now() + pauseMilliseconds;
    await store.wrongUserCodes.put({ id: guesser, count: (before?.count ?? 0) + 1, endsAt }, endsAt);
    return { tooMany: false };
  });
}
