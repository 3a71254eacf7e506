import t from 'tap';
import { createKeyMaker } from '../../../src/environment/keys/key-maker.js';
import { rotationPolicy } from '../../helpers/configure.js';
import { managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer, listen } from '../../helpers/server.js';
import { until } from '../../helpers/until.js';

/** The longest key that there is: it takes from seconds to minutes. */
const longest = {
  name: 'Long',
  algorithm: 'RSA',
  keyLength: 7680,
  signatureAlgorithm: 'SHA256withRSA',
  subjectDN: 'CN=Long',
  usageType: 'SIGNING',
  validityPeriod: 365,
};

/** As many as wait beside the one that is made. */
const admitted = 5;

t.test('while long keys are made tokens are issued, few requests wait, and the rest are refused', async (t) => {
  const { app, url } = await listen(t);
  const call = await managementClient(app);
  const refusals: { status: number; body: unknown; after: unknown; diagnosis: unknown }[] = [];
  const made: number[] = [];
  const asked = Array.from({ length: 12 }, async (_, number) => {
    const answer =
      number % 3 === 0
        ? await call('POST', 'keyRotationPolicies', { body: { ...rotationPolicy, name: `Long ${number}`, keyLength: 7680 } })
        : await call('POST', 'keys', { body: { ...longest, name: `Long ${number}` } });
    if (answer.statusCode === 201) made.push(number);
    else
      refusals.push({
        status: answer.statusCode,
        body: answer.json(),
        after: answer.headers['retry-after'],
        diagnosis: answer.headers['x-mock-diagnosis'],
      });
  });
  await until(() => refusals.length >= 12 - admitted);
  t.match(
    refusals,
    Array.from({ length: 12 - admitted }, () => ({
      status: 429,
      body: {
        code: 'REQUEST_LIMITED',
        message: 'The request could not be completed. Too many requests were made.',
        details: [{ code: 'LIMIT_EXCEEDED' }],
      },
      after: '30',
      diagnosis: /RSA keys are made one at a time/,
    })),
  );

  for (let round = 0; round < 20; round += 1) t.ok(await workerToken(app));
  t.equal((await fetch(`${url}/healthz`)).status, 200);
  const seed = { keys: [{ ...longest, name: 'Seeded' }] };
  const environment = await app.inject({ method: 'POST', url: '/__mock/v1/environments', payload: seed });
  t.match([environment.statusCode, environment.json()], [429, { error: { code: 'request_limited', fix: /try again later/ } }]);
  t.equal((await call('GET', 'keyRotationPolicies')).statusCode, 200);
  const quick = await call('POST', 'keyRotationPolicies', { body: { ...rotationPolicy, name: 'Short' } });
  t.equal(quick.statusCode, 201, 'a policy with ready-made keys waits for none of them');
  t.equal(refusals.length, 12 - admitted);
  t.not(made.length, admitted, 'all of this while they were made');

  await app.close();
  await Promise.all(asked);
  t.equal(made.length + refusals.length, 12, 'the server ends at once, and answers those that wait');
});

t.test('an environment with too many keys is refused before any is made', async (t) => {
  const { app, context } = await buildTestServer(t);
  const create = async (payload: object) => {
    const answer = await app.inject({ method: 'POST', url: '/__mock/v1/environments', payload });
    return [answer.statusCode, answer.json().error?.code];
  };
  const keys = (count: number, keyLength: number) => Array.from({ length: count }, (_, at) => ({ ...longest, name: `${at}`, keyLength }));
  t.same(await create({ keys: keys(9, 3072) }), [400, 'value_refused']);
  t.same(await create({ keys: keys(101, 2048) }), [400, 'value_refused']);
  t.equal(context.environments.list().length, 1);
  t.same(await create({ keys: keys(1, 3072) }), [201, undefined]);
});

t.test('a key that takes too long is given up, and the next one gets its turn', async (t) => {
  const maker = createKeyMaker({ limitMilliseconds: 1 });
  t.teardown(() => maker.close());
  const [long, short] = await Promise.allSettled([maker.rsa(7680), maker.rsa(2048)]);
  t.match(long, { status: 'rejected', reason: { status: 429, message: /no key of 7680 bits was made: no answer within/ } });
  t.equal(short.status, 'fulfilled');
});

t.test('one key is made at a time, and the bound of those that wait counts them', async (t) => {
  const maker = createKeyMaker({ mostWaiting: 1 });
  const settled: string[] = [];
  const make = (name: string) =>
    maker.rsa(2048).then(
      () => settled.push(name),
      () => settled.push(`${name} refused`),
    );
  await Promise.all([make('first'), make('second'), make('third')]);
  t.same(settled, ['third refused', 'first', 'second']);
  await make('fourth');
  t.same(settled.at(-1), 'fourth', 'there is room again');
  maker.close();
  await make('fifth');
  t.same(settled.at(-1), 'fifth refused');
});
