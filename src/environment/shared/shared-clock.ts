import { type Clock, type ClockState, createClock } from '../../lib/clock.js';
import type { CachedCollection } from './cached-collection.js';

/** How the clock of an environment differs from the one that it follows. */
interface StoredClock extends ClockState {
  readonly id: 'clock';
}

/** Makes a clock that all replicas move together. Moving it settles when this replica has moved it. */
export async function createSharedClock(
  states: CachedCollection<StoredClock>,
  follows: Clock | Pick<Clock, 'now'>,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Clock> {
  const local = createClock(follows);
  await states.loaded;
  const follow = (state: ClockState | undefined) => local.restore(state ?? { offset: 0 });
  follow(states.peek('clock'));
  states.onChange((_id, state) => follow(state));
  const change = (act: (clock: Clock) => unknown): Promise<void> =>
    inTurn(async () => {
      const draft = createClock(follows);
      draft.restore(local.state);
      act(draft);
      await states.put({ id: 'clock', ...draft.state });
    });
  return {
    now: local.now,
    get state() {
      return local.state;
    },
    restore: (state) => change((clock) => clock.restore(state)),
    advance: (milliseconds) => change((clock) => clock.advance(milliseconds)),
    set: (at) => change((clock) => clock.set(at)),
    freeze: (at) => change((clock) => clock.freeze(at)),
    reset: () => change((clock) => clock.reset()),
    onChange: local.onChange,
  };
}
