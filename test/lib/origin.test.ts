import t from 'tap';
import { hostNameOf, originOf, readForwarded } from '../../src/lib/origin.js';

t.test('the origin is made of the scheme and the Host header', async (t) => {
  const cases: [host: string | undefined, origin: string | undefined][] = [
    ['localhost:9400', 'http://localhost:9400'],
    ['LocalHost:9400', 'http://localhost:9400'],
    ['localhost:80', 'http://localhost'],
    ['localhost:443', 'http://localhost:443'],
    ['[::1]:9400', 'http://[::1]:9400'],
    ['[::1]', 'http://[::1]'],
    ['192.168.1.5:9400', 'http://192.168.1.5:9400'],
    ['pingone', 'http://pingone'],
    ['my_service', 'http://my_service'],
    ['evil.example/path', undefined],
    ['evil.example:9400:1', undefined],
    ['evil.example:99999', undefined],
    ['evil.example:', 'http://evil.example'],
    ['[::1]:', 'http://[::1]'],
    ['evil.example.', 'http://evil.example.'],
    ['evil.example::', undefined],
    [':9400', undefined],
    ['..', undefined],
    ['.', undefined],
    ['a..b', undefined],
    ['.a', undefined],
    ['[::1', undefined],
    ['[:::1]', undefined],
    ['a b', undefined],
    ['user@host', undefined],
    ['host?x', undefined],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [host, origin] of cases) t.equal(originOf({ encrypted: false, host }), origin, `${host}`);
  t.equal(originOf({ encrypted: true, host: 'localhost:9443' }), 'https://localhost:9443');
  t.equal(originOf({ encrypted: true, host: 'auth.pingone.com:443' }), 'https://auth.pingone.com');
});

t.test('forwarded headers of a trusted proxy take precedence over the Host header', async (t) => {
  const cases: [headers: Record<string, string | string[]>, origin: string | undefined][] = [
    [{}, 'http://inner:9400'],
    [{ 'x-forwarded-proto': 'https' }, 'https://inner:9400'],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'idp.example.com' }, 'https://idp.example.com'],
    [{ 'x-forwarded-proto': 'HTTPS, http', 'x-forwarded-host': 'idp.example.com, inner' }, 'https://idp.example.com'],
    [{ 'x-forwarded-host': 'idp.example.com', 'x-forwarded-port': '8443', 'x-forwarded-proto': 'https' }, 'https://idp.example.com:8443'],
    [{ 'x-forwarded-host': 'idp.example.com:8443', 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' }, 'https://idp.example.com'],
    [{ 'x-forwarded-port': '8080' }, 'http://inner:8080'],
    [{ 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '/idp/' }, 'http://a.example/idp'],
    [{ 'x-forwarded-host': ['a.example', 'b.example'] }, 'http://a.example'],
    [{ 'x-forwarded-host': '' }, 'http://inner:9400'],
    [{ forwarded: 'for=192.0.2.1;proto=https;host="idp.example.com:8443", for=10.0.0.1;host=b' }, 'https://idp.example.com:8443'],
    [{ forwarded: 'Host=idp.example.com ; PROTO=https' }, 'https://idp.example.com'],
    [{ forwarded: ['host=first.example', 'host=second.example'] }, 'http://first.example'],
    [{ forwarded: 'host="a\\.example"' }, 'http://a.example'],
    [{ forwarded: 'host=a.example', 'x-forwarded-host': 'b.example', 'x-forwarded-prefix': '/p' }, 'http://a.example/p'],
    [{ forwarded: 'for=192.0.2.1', 'x-forwarded-host': 'b.example' }, 'http://b.example'],
    [{ 'x-forwarded-proto': 'ftp' }, undefined],
    [{ 'x-forwarded-host': 'a/b' }, undefined],
    [{ 'x-forwarded-port': 'x' }, undefined],
    [{ 'x-forwarded-port': '99999' }, undefined],
    [{ 'x-forwarded-prefix': '//evil.example' }, undefined],
    [{ 'x-forwarded-prefix': 'idp' }, undefined],
    [{ 'x-forwarded-prefix': '/a?b' }, undefined],
    [{ 'x-forwarded-prefix': '/../x' }, undefined],
    [{ 'x-forwarded-prefix': '/x/.' }, undefined],
    [{ 'x-forwarded-prefix': '/x/.%2E/y' }, undefined],
    [{ 'x-forwarded-prefix': '/.well-known/..x' }, 'http://inner:9400/.well-known/..x'],
    [{ forwarded: 'host=a.example:8443' }, 'http://a.example:8443'],
    [{ forwarded: ', ;host=a.example;, host=b.example' }, 'http://a.example'],
    [{ forwarded: 'host=a.example;proto' }, undefined],
    [{ forwarded: 'proto=https;host="a.example' }, undefined],
    [{ forwarded: 'host=a.example proto=https' }, undefined],
    [{ forwarded: 'host=a.example;host=b.example' }, undefined],
    [{ forwarded: 'host=;proto=https' }, undefined],
    [{ forwarded: 'host=a.example, {}' }, undefined],
    [{ forwarded: 'nonsense', 'x-forwarded-host': 'b.example' }, undefined],
  ];
  for (const [headers, origin] of cases)
    t.equal(originOf({ encrypted: false, host: 'inner:9400', forwarded: readForwarded(headers) }), origin, JSON.stringify(headers));
});

t.test('the host name is read from an origin', async (t) => {
  t.equal(hostNameOf('http://localhost:9400'), 'localhost');
  t.equal(hostNameOf('https://[::1]:9443/p'), '[::1]');
  t.equal(hostNameOf('https://auth.pingone.com/x'), 'auth.pingone.com');
  t.equal(hostNameOf(''), '');
});
