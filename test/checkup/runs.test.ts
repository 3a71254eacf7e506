import t from 'tap';
import { createRuns, type Run } from '../../src/checkup/runs.js';
import { startMock } from '../../src/index.js';
import { call } from '../../src/library/calls.js';
import { fetchTransport } from '../../src/library/transport.js';
import { signOnFirst } from '../helpers/first-sign-on.js';
import { startRelyingParty } from '../library/relying-party.js';

const endOf = (run: Run): Promise<void> =>
  new Promise((resolve) => {
    const look = () => run.state !== 'running' && resolve();
    run.subscribe(look);
    look();
  });

t.test('only the newest reports are kept', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  await signOnFirst(start, mock);
  const transport = fetchTransport(mock.url);
  const control = { url: mock.url, call: (path: string, request = {}) => call(transport, path, request) };
  let made = 0;
  const runs = createRuns({
    newId: () => {
      made += 1;
      return String(made);
    },
    mostKept: 2,
  });
  for (let count = 0; count < 3; count += 1) {
    const run = await runs.start({ control, id: mock.environmentId, issuer: mock.issuer }, { start, only: ['state-missing'] });
    await endOf(run);
    t.match(run, { state: 'finished', problem: undefined, all: 1 });
  }
  t.same(
    runs.list().map(({ id }) => id),
    ['2', '3'],
  );
  t.equal(runs.find('1'), undefined);
  runs.remove('2');
  t.equal(runs.list().length, 1);
});
