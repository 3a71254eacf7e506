import { fileURLToPath } from 'node:url';
import t from 'tap';
import { endGroup, startChild } from '../helpers/child.js';
import { until } from '../helpers/until.js';

const script = fileURLToPath(new URL('left-behind.js', import.meta.url));

t.test('a test that is killed leaves no server behind, nor what the server has started', async (t) => {
  const { child, written, ended } = startChild(process.execPath, [script]);
  t.teardown(() => endGroup(child));
  await until(() => written.output.endsWith('\n'));
  const urls = written.output.trim().split(' ');
  t.equal(urls.length, 2);
  child.kill('SIGKILL');
  t.match(await ended, { code: null, errors: '' });
  for (const url of urls)
    await until(() =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
});
