import t from 'tap';
import { createRecent } from '../../../src/lib/collections/recent.js';

t.test('memory of names that clients choose is bounded, and begins anew when it is full', async (t) => {
  const recent = createRecent<number>(3);
  for (let number = 0; number < 100; number += 1) {
    recent.set(`name-${number}`, number);
    t.ok(recent.size <= 3);
    t.equal(recent.get(`name-${number}`), number, 'the newest is there');
  }
  recent.set('name-99', 1);
  t.equal(recent.get('name-99'), 1, 'one that is known takes no room');
  t.equal(recent.get('name-0'), undefined);
});
