import t from 'tap';
import { createRandom, createSeededRandom } from '../../src/lib/random.js';

t.test('ids are unique and well-formed, and a seed makes them repeatable', async (t) => {
  for (const random of [createRandom(), createSeededRandom('seed')]) {
    const ids = new Set(Array.from({ length: 600 }, () => random.uuid()));
    t.equal(ids.size, 600, 'all different');
    for (const id of ids) t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    t.equal(random.bytes(5000).length, 5000);
    t.match(random.text(64, 'ab~'), /^[ab~]{64}$/);
    const keyId = random.uuidV1(Date.UTC(2024, 2, 30));
    t.match(keyId, /^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    t.match(keyId, /-ee-?|-11ee-/, 'the moment is in it: 2024 has the high part 11ee');
  }
  const [one, other] = [createSeededRandom('x'), createSeededRandom('x')];
  t.equal(one.uuid(), other.uuid(), 'the same seed, the same ids');
  t.not(createSeededRandom('y').uuid(), createSeededRandom('x').uuid());
});
