import t from 'tap';
import { createCookieJar } from '../../src/checkup/cookie-jar.js';
import { readSetCookie } from '../../src/checkup/set-cookie.js';

/** What is sent to an address, after others have set cookies. */
function sent(address: string, ...set: readonly (readonly [from: string, line: string])[]): string {
  const jar = createCookieJar();
  for (const [from, line] of set) jar.keep(new URL(from), readSetCookie(line));
  return jar
    .forAddress(new URL(address))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

const home = 'http://shop.test/';
const login = 'http://shop.test/auth/login';

t.test('a cookie goes to the addresses of its domain and path (RFC 6265)', async (t) => {
  const rows: readonly (readonly [what: string, from: string, line: string, to: string, goes: boolean])[] = [
    ['the host that set it', home, 'sid=1', home, true],
    ['another port', home, 'sid=1', 'http://shop.test:81/', true],
    ['another host', home, 'sid=1', 'http://other.test/', false],
    ['a host below, without Domain', home, 'sid=1', 'http://www.shop.test/', false],
    ['a host below, with Domain', home, 'sid=1; Domain=.Shop.test', 'http://www.shop.test/', true],
    ['the host itself, with the Domain above', 'http://www.shop.test/', 'sid=1; Domain=shop.test', home, true],
    ['a Domain that it does not belong to', home, 'sid=1; Domain=other.test', 'http://other.test/', false],
    ['a Domain below', home, 'sid=1; Domain=www.shop.test', 'http://www.shop.test/', false],
    ['the end of an IP address', 'http://127.0.0.1/', 'sid=1; Domain=0.0.1', 'http://127.0.0.1/', false],
    ['an IP address', 'http://127.0.0.1/', 'sid=1; Domain=127.0.0.1', 'http://127.0.0.1/', true],
    ['above its Path', home, 'sid=1; Path=/auth', home, false],
    ['its Path', home, 'sid=1; Path=/auth', 'http://shop.test/auth', true],
    ['below its Path', home, 'sid=1; Path=/auth', login, true],
    ['beside its Path', home, 'sid=1; Path=/auth', 'http://shop.test/author', false],
    ['above the folder in which it was set', login, 'sid=1', home, false],
    ['the folder in which it was set', login, 'sid=1', 'http://shop.test/auth/me', true],
    ['anywhere, where Path is no path', home, 'sid=1; Path=auth', login, true],
    ['anywhere, where the last Path says so', login, 'sid=1; Path=/x; path = /', home, true],
  ];
  for (const [what, from, line, to, goes] of rows) t.equal(sent(to, [from, line]), goes ? 'sid=1' : '', what);
});

t.test('only what has the same name, domain and path takes a cookie away', async (t) => {
  const rows: readonly (readonly [line: string, left: string])[] = [
    ['sid=; Path=/; Max-Age=0', ''],
    ['sid=x; Path=/; Max-Age=-1', ''],
    ['sid=deleted; Path=/; Expires=Thu, 01-Jan-1970 00:00:01 GMT', ''],
    ['sid=2; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'sid=2'],
    ['sid=2; Path=/; Expires=Fri, 01 Jan 2999 00:00:00 GMT', 'sid=2'],
    ['sid=2; Path=/; Expires=soon', 'sid=2'],
    ['sid=; Path=/auth; Max-Age=0', 'sid=1'],
    ['sid=; Max-Age=0', 'sid=1'],
    ['sid=; Path=/; Domain=shop.test; Max-Age=0', ''],
    ['other=; Path=/; Max-Age=0', 'sid=1'],
  ];
  for (const [line, left] of rows) t.equal(sent(login, [home, 'sid=1; Path=/'], [login, line]), left, line);
});

t.test('the longest path is sent first, then the oldest cookie', async (t) => {
  t.equal(sent(login, [home, 'a=1'], [home, 'b=1'], [home, 'a=2; Path=/auth'], [home, 'a=3']), 'a=2; a=3; b=1');
});
