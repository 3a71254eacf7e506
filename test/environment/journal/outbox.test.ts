import t from 'tap';
import { createOutbox } from '../../../src/environment/journal/outbox.js';

const message = { channel: 'email', to: 'alice@example.com', subject: 's', text: 't', flowId: 'f' } as const;

t.test('the outbox keeps the newest messages, and notifies until its listener leaves', async (t) => {
  let count = 0;
  const outbox = createOutbox({ now: () => 5, newId: () => String(++count), capacity: 2 });
  const heard: string[] = [];
  const end = outbox.subscribe(({ id }) => heard.push(id));
  t.same(outbox.add({ ...message, code: '1' }), { id: '1', at: 5, ...message, code: '1' });
  await outbox.add({ ...message, code: '2' });
  await outbox.add({ ...message, flowId: 'g' });
  t.same(
    outbox.list().map(({ id }) => id),
    ['2', '3'],
    'the oldest is forgotten first',
  );
  t.equal(outbox.lastOf('f')?.code, '2');
  t.equal(outbox.lastOf('h'), undefined);
  end();
  await outbox.add(message);
  t.same(heard, ['1', '2', '3']);
  await outbox.clear();
  t.same(outbox.list(), []);
});
