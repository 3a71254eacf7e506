import t from 'tap';
import { crashOf, featuresOf } from '../../src/checkup/outcome.js';
import { readSetCookie } from '../../src/checkup/set-cookie.js';

t.test('a session that went on in more cookies looks like one in a single cookie', async (t) => {
  const end = new URL('http://localhost:3000/');
  const featuresWith = (...names: string[]) => {
    const cookies = names.map((name) => ({ name, value: 'x', expired: false }));
    return [...featuresOf({ visits: [{ url: end, status: 200, text: '', cookies }], end } as never, [])].filter((each) =>
      each.startsWith('cookie'),
    );
  };
  t.same(featuresWith('appSession.0', 'appSession.1'), ['cookie appSession']);
  t.same(featuresWith('appSession'), ['cookie appSession']);
  t.same(featuresWith('a.b'), ['cookie a.b']);
});

t.test('a cookie that is taken away, with a value or without, does not look like one that was set', async (t) => {
  const end = new URL('http://localhost:3000/');
  const visit = (...lines: string[]) => ({ url: end, status: 200, text: '', cookies: lines.map(readSetCookie) });
  const cookiesOf = (...lines: string[]) =>
    [...featuresOf({ visits: [visit(...lines)], end } as never, [])].filter((each) => each.startsWith('cookie'));
  t.same(cookiesOf('sid=1'), ['cookie sid']);
  for (const line of ['sid=', 'sid=1; Max-Age=0', 'sid=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT']) t.same(cookiesOf(line), [], line);
});

t.test('an answer of 5xx is a crash, also where a proxy gives it for an application that has ended', async (t) => {
  const end = new URL('http://localhost:3000/callback');
  const crash = (status: number) => crashOf({ visits: [{ url: end, status, text: '', cookies: [] }], end } as never);
  for (const status of [500, 502, 503, 504]) t.match(crash(status), { verdict: 'crashed', remark: `/callback answered ${status}` });
  for (const status of [200, 302, 400, 403]) t.equal(crash(status), undefined);
});
