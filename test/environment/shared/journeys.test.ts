import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runChild } from '../../helpers/child.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';

t.test('the journeys of real clients succeed where each request goes to another replica', { skip: withoutRedis }, async (t) => {
  const { url } = await startRedis(t);
  for (const name of ['openid-client', 'oauth4webapi', 'grants']) {
    const file = fileURLToPath(new URL(`../../clients/${name}.test.js`, import.meta.url));
    const env = { ...process.env, TEST_STORE: url, TEST_REPLICAS: '3', TAP_TIMEOUT: '0' };
    const { code, output, errors } = await runChild(process.execPath, ['--enable-source-maps', file], { env });
    t.equal(code, 0, `${name}: ${output.split('\n').filter((line) => /^ok /.test(line)).length} journeys`);
    if (code !== 0) t.comment(output + errors);
  }
});
