import t from 'tap';
import { check, decideByAll, refuse } from '../../src/protocol/check.js';

t.test('a rule that is known not to hold refuses, unless a check before it did', async (t) => {
  const [held, broken] = [check('client_id_present', true), check('client_id_present', false)];
  t.match(refuse('authorize_client_known', { got: 'x' }, [held]), { refusedBy: { rule: 'authorize_client_known', got: 'x' } });
  const { checks, refusedBy } = refuse('authorize_client_known', {}, [broken]);
  t.equal(refusedBy, broken, 'the first that failed');
  t.match(checks, [broken, { rule: 'authorize_client_known', ok: false }], 'all are shown');
});

t.test('a decision has its value once all checks hold', async (t) => {
  const held = [check('client_id_present', true)];
  t.match(decideByAll(held, 'value' as string | undefined), { value: 'value' });
  t.throws(() => decideByAll(held, undefined as string | undefined));
  // @ts-expect-error: a decision cannot lead to nothing
  t.throws(() => decideByAll(held, undefined));
});
