import t from 'tap';
import { kindOfHost, type OwnNames } from '../../src/lib/host-kinds.js';
import { hostOf } from '../../src/lib/origin.js';

const own = (names: string[] = [], domains: string[] = [], patterns: string[] = []): OwnNames => ({
  names: new Set(names),
  domains,
  patterns,
});
const none = own();

t.test('a name that no foreign page can have is served, every other one is not', async (t) => {
  const cases: [host: string, kind: string | undefined][] = [
    ['localhost', 'loopback'],
    ['LOCALHOST:9400', 'loopback'],
    ['localhost.:9400', 'loopback'],
    ['app.localhost', 'loopback'],
    ['a.b.localhost.', 'loopback'],
    ['127.0.0.1:9400', 'IP address'],
    ['127.0.0.1.', 'IP address'],
    ['127.1', 'IP address'],
    ['0x7f.0.0.1', 'IP address'],
    ['192.168.1.5', 'IP address'],
    ['172.17.0.1:49153', 'IP address'],
    ['8.8.8.8', 'IP address'],
    ['[::1]:9400', 'IP address'],
    ['[::ffff:127.0.0.1]', 'IP address'],
    ['[2001:DB8::1]', 'IP address'],
    ['pingone', 'without a dot'],
    ['pingone_mock:9400', 'without a dot'],
    ['xn--mnchen-3ya', 'without a dot'],
    ['host.docker.internal:9400', 'host of a container'],
    ['gateway.docker.internal', 'reserved'],
    ['mock.test', 'reserved'],
    ['my-laptop.local', 'reserved'],
    ['mock.corp.internal', 'reserved'],
    ['auth.acme.example', 'reserved'],
    ['pingone.default.svc', 'Kubernetes service'],
    ['pingone.default.svc.cluster.local', 'reserved'],
    ['evil.example.com', undefined],
    ['EVIL.example.com.', undefined],
    ['evil.com:9400', undefined],
    ['localhost.example.com', undefined],
    ['127.0.0.1.example.com', undefined],
    ['localhost.com', undefined],
    ['xlocalhost.com', undefined],
    ['notlocalhost.evil', undefined],
    ['host.docker.internal.evil.com', undefined],
    ['a.svc.evil.com', undefined],
    ['xsvc.com', undefined],
    ['test.com', undefined],
    ['1.2.3.4.nip.io', undefined],
    ['xn--pple-43d.com', undefined],
    ['auth.pingone.com', undefined],
  ];
  for (const [host, kind] of cases) t.equal(kindOfHost(hostOf(host) ?? 'malformed', none), kind, host);
  for (const malformed of [
    '',
    'a b',
    'localhost:x',
    'localhost@evil.com',
    'evil.com#localhost',
    'localhost..',
    '[::1',
    '%6cocalhost',
    'a,b',
  ])
    t.equal(hostOf(malformed), undefined, malformed);
});

t.test('names of one’s own are served as they are, with those below them, or by a pattern', async (t) => {
  const cases: [host: string, own: OwnNames, kind: string | undefined][] = [
    ['sso.example.com', own(['sso.example.com']), 'own'],
    ['a.sso.example.com', own(['sso.example.com']), undefined],
    ['tls.example.com', own([], ['tls.example.com']), 'below an own one'],
    ['a.b.tls.example.com', own([], ['tls.example.com']), 'below an own one'],
    ['xtls.example.com', own([], ['tls.example.com']), undefined],
    ['one.example.com', own([], [], ['one.example.com']), 'allowed'],
    ['a.one.example.com', own([], [], ['one.example.com']), undefined],
    ['a.dev.example.com', own([], [], ['*.dev.example.com']), 'allowed'],
    ['a.b.dev.example.com', own([], [], ['*.dev.example.com']), 'allowed'],
    ['dev.example.com', own([], [], ['*.dev.example.com']), undefined],
    ['evildev.example.com', own([], [], ['*.dev.example.com']), undefined],
    ['anything.example.com', own([], [], ['*']), 'allowed'],
  ];
  for (const [host, names, kind] of cases) t.equal(kindOfHost(host, names), kind, host);
});
