import { connectMock } from 'pingone-mock';
import { beforeEach, expect, inject, test } from 'vitest';

let env;
beforeEach(async () => {
  const mock = await connectMock(inject('mockUrl'));
  env = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe' }] });
  return () => env.delete();
});

test('a server that is down is noticed', async () => {
  await env.failNext('token', { status: 503 });
  const flow = await env.authorize();
  await expect(flow.redeem()).rejects.toMatchObject({ status: 503 });
});
