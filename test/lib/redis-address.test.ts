import fc from 'fast-check';
import t from 'tap';
import { AddressProblem, type RedisAddress, readRedisAddress } from '../../src/lib/redis-address.js';

const none = { isTls: false, username: undefined, password: undefined, database: 0 };
const server = (host: string, port = 6379) => ({ kind: 'server', endpoint: { host, port } });

const read: readonly (readonly [string, Omit<RedisAddress, 'shown' | 'place'> & { place: unknown }, string?])[] = [
  ['redis://localhost', { ...none, place: server('localhost') }],
  ['redis://localhost/', { ...none, place: server('localhost') }],
  ['REDIS://Host_1.example.:7000', { ...none, place: server('Host_1.example.', 7000) }],
  ['valkey://10.0.0.1:1/15', { ...none, place: server('10.0.0.1', 1), database: 15 }],
  ['rediss://[::1]:6380', { ...none, isTls: true, place: server('::1', 6380) }],
  ['valkeys://[::1]', { ...none, isTls: true, place: server('::1') }],
  ['redis://:s%40cret@h', { ...none, password: 's@cret', place: server('h') }, 'redis://:***@h'],
  ['redis://me@h', { ...none, username: 'me', place: server('h') }],
  ['redis://me:a:b@c@h', { ...none, username: 'me', password: 'a:b@c', place: server('h') }, 'redis://me:***@h'],
  ['redis+unix:///run/redis.sock', { ...none, place: { kind: 'socket', path: '/run/redis.sock' } }],
  ['unix:///a%20b?db=3', { ...none, place: { kind: 'socket', path: '/a b' }, database: 3 }],
  ['valkey+unix://me:pw@/s', { ...none, username: 'me', password: 'pw', place: { kind: 'socket', path: '/s' } }, 'valkey+unix://me:***@/s'],
  [
    'redis+sentinel://one,two:7000,[::1]:7001/main/2',
    {
      ...none,
      database: 2,
      place: {
        kind: 'sentinel',
        sentinels: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 7000 },
          { host: '::1', port: 7001 },
        ],
        master: 'main',
        username: undefined,
        password: undefined,
      },
    },
  ],
  [
    'valkeys+sentinel://me:pw@one/main?sentinel_username=watch&sentinel_password=w%2Fp',
    {
      ...none,
      isTls: true,
      username: 'me',
      password: 'pw',
      place: { kind: 'sentinel', sentinels: [{ host: 'one', port: 26_379 }], master: 'main', username: 'watch', password: 'w/p' },
    },
    'valkeys+sentinel://me:***@one/main?sentinel_username=watch&sentinel_password=***',
  ],
];

for (const [text, { place, ...expected }, shown = text] of read)
  t.test(`${text} is read`, async (t) => t.strictSame({ ...readRedisAddress(text) }, { place, ...expected, shown }));

const refused: readonly (readonly [string, RegExp])[] = [
  ['', /^is not an address; write redis:/],
  ['localhost:6379', /^is not an address/],
  ['redis:localhost', /^is not an address/],
  ['http://localhost', /^has a scheme that is not known here/],
  ['constructor://localhost', /^has a scheme/],
  ['redis://', /^names no host/],
  ['redis://:6379', /^names no host/],
  ['redis:///0', /^names no host/],
  ['redis://a b', /^has a space or a control character/],
  ['redis://h\u001b[2J', /^has a space or a control character/],
  ['redis://ö', /^has a host that is neither/],
  ['redis://-h', /^has a host that is neither/],
  ['redis://::1', /^has a port|^names no host/],
  ['redis://[1.2.3.4]', /^has a host that is neither/],
  ['redis://h:0', /^has a port/],
  ['redis://h:65536', /^has a port/],
  ['redis://h:', /^has a port/],
  ['redis://h:6379x', /^has a port/],
  ['redis://h/x', /^has a database that is not a number/],
  ['redis://h/-1', /^has a database/],
  ['redis://h/0/1', /^has more than a database/],
  ['redis://h?db=1', /^has a parameter that is not known here; none can follow/],
  ['redis://h#1', /^has a #/],
  ['redis://:a#b@h', /^has a #/],
  ['redis://:a/b@h', /^has a \/ or a \? before its @/],
  ['redis://u:a?b@h', /^has a \/ or a \? before its @/],
  ['redis://:%zz@h', /^has a password with a %/],
  ['redis://%@h', /^has a user with a %/],
  ['redis+unix://run/redis.sock', /^names no socket/],
  ['redis+unix:///', /^names no socket/],
  ['redis+unix:///s?db=x', /^has a database/],
  ['redis+unix:///s?database=1', /^has a parameter that is not known here; db can follow/],
  ['redis+sentinel://h:26379', /^has no name for the server/],
  ['redis+sentinel://h/main/0/1', /^has no name for the server/],
  ['redis+sentinel://h,/main', /^names no host/],
  ['redis+sentinel://h/main?db=1', /sentinel_username and sentinel_password can follow/],
];

for (const [text, expected] of refused)
  t.test(`${JSON.stringify(text)} is refused`, async (t) => {
    const problem = readRedisAddress(text);
    t.ok(problem instanceof AddressProblem);
    t.match((problem as AddressProblem).message, expected);
  });

t.test('whatever the text, it is read or refused, and neither shows a password', async () => {
  const part = fc.string({ unit: fc.constantFrom(...'ab1:@/?#[],.%=& ö'), maxLength: 12 });
  const scheme = fc.constantFrom('redis://', 'rediss://', 'redis+unix://', 'redis+sentinel://', '');
  fc.assert(
    fc.property(scheme, part, part, part, (first, user, host, rest) => {
      const text = `${first}${user}:SECRET@${host}/${rest}`;
      const found = readRedisAddress(text);
      const shown = found instanceof AddressProblem ? found.message : found.shown;
      return !shown.includes('SECRET');
    }),
  );
});
