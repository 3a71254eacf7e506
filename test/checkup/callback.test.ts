import t from 'tap';
import { callbackOf, parametersOf } from '../../src/checkup/callback.js';

const request = (more: Record<string, string>) =>
  new URL(`http://localhost/as/authorize?${new URLSearchParams({ redirect_uri: 'http://localhost:3000/cb?tenant=a', ...more })}`);

/** The request, the callback that the mock sends and its form, and where the browser brings it. */
const rows: readonly (readonly [string, URL, string, object, string, string | undefined])[] = [
  ['a query', request({}), 'http://localhost:3000/cb?tenant=a&code=1', {}, 'http://localhost:3000/cb?tenant=a&code=1&x=y', undefined],
  [
    'a fragment that was asked for',
    request({ response_mode: 'fragment' }),
    'http://localhost:3000/cb?tenant=a#code=1',
    {},
    'http://localhost:3000/cb?tenant=a#code=1&x=y',
    undefined,
  ],
  [
    'a fragment because of its tokens',
    request({ response_type: 'code id_token' }),
    'http://localhost:3000/cb?tenant=a#code=1',
    {},
    'http://localhost:3000/cb?tenant=a#code=1&x=y',
    undefined,
  ],
  [
    'a form',
    request({ response_mode: 'form_post' }),
    'http://localhost:3000/cb?tenant=a',
    { code: '1' },
    'http://localhost:3000/cb?tenant=a',
    'code=1&x=y',
  ],
];

t.test('a callback that a case changed arrives as the request asked for it', async (t) => {
  for (const [name, asked, sent, form, url, posted] of rows) {
    const callback = parametersOf(new URL(sent), form);
    t.equal(callback.searchParams.get('code'), '1', `${name}: cases find the code`);
    callback.searchParams.set('x', 'y');
    const made = callbackOf(asked, callback);
    t.same([made.url.href, made.form?.toString()], [url, posted], name);
  }
});
