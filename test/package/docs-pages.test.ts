import { readFileSync } from 'node:fs';
import t from 'tap';
import { createMock } from '../../src/index.js';

const page = readFileSync('docs/pages.md', 'utf8');

t.test('the seed of the page on pages gives a sign-on its look', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const [, text = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const [environment] = (JSON.parse(text) as { environments: object[] }).environments;
  const made = await mock.inject({
    method: 'POST',
    url: '/__mock/v1/environments',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ ...environment, name: 'Pages' }),
  });
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json<{ id: string }>();
  const { headers } = await mock.inject(`/${id}/myaccount/`);
  const { pathname, search } = new URL(String(headers.location), 'http://localhost');
  const { body } = await mock.inject(`${pathname}${search}`);
  t.match(body, '<bdi class="brand-name">Acme</bdi>');
  t.match(body, '© Acme · <a href="https://example.com/privacy"');
  const [, sheet = ''] = /href="(theme\.css[^"]*)"/.exec(body) ?? [];
  t.match((await mock.inject(`/${id}/signon/${sheet.replaceAll('&amp;', '&')}`)).body, '--button: #00664f;');
});
