import t from 'tap';
import { createClock, toSeconds } from '../../src/lib/clock.js';

t.test('a clock follows another, and can be advanced, set, frozen and reset', async (t) => {
  let real = 1_000_000;
  const clock = createClock({ now: () => real });
  t.equal(clock.now(), 1_000_000);
  real += 5;
  clock.advance(1000);
  t.equal(clock.now(), 1_001_005);
  clock.set(5000);
  real += 1;
  t.equal(clock.now(), 5001, 'runs on from where it was set');
  clock.freeze();
  real += 100;
  t.equal(clock.now(), 5001);
  clock.advance(10);
  t.equal(clock.now(), 5011, 'a frozen clock can be moved');
  clock.set(7000);
  t.equal(clock.now(), 7000, 'and set');
  clock.freeze(8000);
  t.equal(clock.now(), 8000);
  clock.reset();
  t.equal(clock.now(), real);
  const [before, now, after] = [Date.now(), createClock().now(), Date.now()];
  t.ok(before <= now && now <= after, 'real time by default');
  t.equal(toSeconds(1999), 1);
});
