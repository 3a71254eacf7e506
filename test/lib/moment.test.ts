import t from 'tap';
import { createClock } from '../../src/lib/clock.js';
import { earliest, isWithinTime, latest, parseMoment } from '../../src/lib/moment.js';

t.test('a moment is an ISO date with or without a time, and nothing else', async (t) => {
  for (const [text, expected] of [
    ['2030-01-01T00:00:00Z', Date.UTC(2030, 0, 1)],
    ['2030-01-01', Date.UTC(2030, 0, 1)],
    ['2030-01-01T02:00:00+02:00', Date.UTC(2030, 0, 1)],
    ['2028-02-29T12:00:00.500Z', Date.UTC(2028, 1, 29, 12, 0, 0, 500)],
    ['2030-02-29', undefined],
    ['2030-02-31T00:00:00Z', undefined],
    ['2030-13-01', undefined],
    ['2030-01-01T25:00:00Z', undefined],
    ['2030-01-011', undefined],
    ['January 1, 2030', undefined],
    ['noon', undefined],
    ['', undefined],
  ] as const)
    t.equal(parseMoment(text), expected, text);
  t.same([earliest - 1, earliest, latest, latest + 1, Number.NaN].map(isWithinTime), [false, true, true, false, false]);
});

t.test('a clock stops at the ends of time', async (t) => {
  const followed = createClock({ now: () => 1000 });
  const clock = createClock(followed);
  clock.set(latest);
  followed.advance(5000);
  t.equal(clock.now(), latest);
  t.equal(new Date(clock.now()).toISOString(), '9900-01-01T00:00:00.000Z');
  clock.set(-5000);
  t.equal(clock.now(), earliest);
});
