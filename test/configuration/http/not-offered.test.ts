import { pino } from 'pino';
import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

t.test('a product that is left out is named in the log and in the diagnosis', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const { app } = await buildTestServer(t, {}, log);
  const call = await managementClient(app);
  lines.length = 0;
  const refused = await call('GET', 'riskPredictors?limit=1');
  t.equal(refused.statusCode, 403);
  t.match(refused.body, /^\{"message":"Invalid key=value pair/, 'PingOne’s own answer');
  t.equal(refused.headers['x-mock-diagnosis'], 'not_offered; confidence=exact; not offered by the mock: PingOne Protect');
  t.match(lines, [
    {
      level: 40,
      diagnosis: 'not_offered',
      method: 'GET',
      path: `/v1/environments/${environmentId}/riskPredictors`,
      msg: 'PingOne Protect: not offered by the mock',
    },
  ]);
  t.equal(lines.length, 1);

  for (const [method, path] of [
    ['GET', 'mfaPolicies'],
    ['PATCH', `applications/${ids.spa}`],
    ['DELETE', 'riskPredictors'],
  ] as const) {
    const { statusCode, headers } = await call(method, path);
    t.equal(statusCode, 403, path);
    t.match(headers['x-mock-diagnosis'], /^path_unknown; confidence=possible; /, `${method} ${path}: PingOne has no such operation`);
  }
  // Offered: it belongs to DaVinci as well, but it is answered.
  const offered = await call('GET', `applications/${ids.spa}/flowPolicyAssignments`);
  t.equal(offered.statusCode, 200);
  t.notOk(offered.headers['x-mock-diagnosis']);
  t.equal(lines.length, 1);
});
