import t from 'tap';
import type { EnvironmentRecord } from '../../src/environment/model/configuration.js';
import { serverWide } from '../../src/environment/store/factory.js';
import { startStored } from '../helpers/stored-server.js';

t.test('the record of a new environment is unfinished until all is there, and keeps what its contents have changed', async (t) => {
  const folder = t.testdir();
  const { context, factory, close } = await startStored(t, folder);
  const { environments } = context;
  const records = factory.collection<EnvironmentRecord>(serverWide, 'environments');
  const [first] = environments.records();
  const id = 'e0000000-0000-4000-8000-00000000000f';
  await environments.add({ ...(first as EnvironmentRecord), id, name: 'Filled' }, async ({ record }) => {
    await environments.replace({ ...record, rotationPeriod: 45 });
    t.match(await records.get(id), { rotationPeriod: 45, unfinished: true }, 'after a kill now, the next start removes it');
  });
  t.match(await records.get(id), { rotationPeriod: 45, unfinished: undefined });
  await close();
  const again = await startStored(t, folder);
  t.match(again.context.environments.get(id)?.record, { name: 'Filled', rotationPeriod: 45 });
});
