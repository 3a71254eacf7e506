import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startMock } from 'pingone-mock';

let mock;
before(async () => {
  mock = await startMock();
});
after(() => mock.close());

test('a wrong verifier is refused', async () => {
  const flow = await mock.authorize({ user: 'alice' });
  await assert.rejects(flow.redeem({ code_verifier: 'x'.repeat(43) }), { code: 'invalid_grant' });
  const transaction = await mock.transactions.waitFor({ state: 'failed' });
  assert.equal(transaction.diagnosis.code, 'different_verifier');
});
