import fc from 'fast-check';
import t from 'tap';
import { matchRedirectUri } from '../../src/protocol/redirect-uri.js';

const registered = [
  'https://app.example.com/callback',
  'http://localhost:3000/callback',
  'http://127.0.0.1/cb',
  'com.example.demo://callback',
  'wss://app.example.com/callback',
  'https://www.example.com/th*/callback',
  'https://*.example.com/callback',
  'https://two.example.com/*/x/*',
  'https://query.example.com/cb?next=*',
];

const cases: readonly (readonly [name: string, requested: string, plain: boolean, wildcards?: boolean])[] = [
  ['the registered address', 'https://app.example.com/callback', true],
  ['a custom scheme', 'com.example.demo://callback', true],
  ['a trailing slash', 'https://app.example.com/callback/', false],
  ['another scheme', 'http://app.example.com/callback', false],
  ['the scheme in capitals', 'HTTPS://app.example.com/callback', false],
  ['the host in capitals', 'https://APP.example.com/callback', false],
  ['an extra query parameter', 'https://app.example.com/callback?x=1', false],
  ['a fragment', 'https://app.example.com/callback#x', false],
  ['an empty fragment', 'https://app.example.com/callback#', false],
  ['user information', 'https://app.example.com@evil.example/callback', false],
  ['user information on loopback', 'http://localhost:3000@evil.example/callback', false],
  ['a backslash', 'http://localhost\\@evil.example/callback', false],
  ['a trailing dot', 'https://app.example.com./callback', false],
  ['a port on another host than loopback', 'https://app.example.com:444/callback', false],
  ['the default port written out', 'https://app.example.com:443/callback', false],
  ['path traversal', 'https://app.example.com/callback/../evil', false],
  ['an encoded slash', 'https://app.example.com/callback%2f..', false],
  ['javascript:', 'javascript:alert(1)', false],
  ['a WebSocket, though an old folder has it', 'wss://app.example.com/callback', false],
  ['an empty address', '', false],
  ['another port on localhost', 'http://localhost:51234/callback', true],
  ['no port on localhost', 'http://localhost/callback', true],
  ['https on localhost for an http entry', 'https://localhost:3000/callback', false],
  ['127.0.0.1 for localhost', 'http://127.0.0.1:3000/callback', false],
  ['another path on localhost', 'http://localhost:3000/other', false],
  ['a query on localhost', 'http://localhost:3000/callback?x=1', false],
  ['any port for an entry without one', 'http://127.0.0.1:7464/cb', true],
  ['port 0', 'http://127.0.0.1:0/cb', false],
  ['port 65536', 'http://127.0.0.1:65536/cb', false],
  ['a host that begins like loopback', 'http://127.0.0.1.evil.example/cb', false],
  ['the wildcard entry itself', 'https://www.example.com/th*/callback', true],
  ['a wildcard in the path', 'https://www.example.com/this/callback', false, true],
  ['a wildcard that stands for nothing', 'https://www.example.com/th/callback', false, true],
  ['another path than the wildcard allows', 'https://www.example.com/oidc/callback', false, false],
  ['another host in place of a wildcard', 'https://evil.example.com/callback', false, false],
  ['a wildcard across labels', 'https://evil.example/.example.com/callback', false, false],
  ['an entry with two wildcards', 'https://two.example.com/a/x/b', false, false],
  ['a wildcard in the query', 'https://query.example.com/cb?next=home', false, true],
  ['dot segments under a wildcard', 'https://www.example.com/th/../../evil/callback', false, false],
  ['encoded dot segments under a wildcard', 'https://www.example.com/th/%2e%2e/callback', false, false],
  ['dot segments with a parameter', 'https://www.example.com/th/..;/evil/callback', false, false],
  ['dot segments with a named parameter', 'https://www.example.com/th/..;x=1/evil/callback', false, false],
  ['dot segments with an encoded semicolon', 'https://www.example.com/th/..%3b/evil/callback', false, false],
  ['one dot with a parameter', 'https://www.example.com/th/.;/callback', false, false],
  ['doubly encoded dot segments', 'https://www.example.com/th/%252e%252e/callback', false, false],
  ['half encoded dot segments', 'https://www.example.com/th/.%25252E/callback', false, false],
  ['dots encoded by their digits', 'https://www.example.com/th/%25%32%65%25%32%65/callback', false, false],
  ['a doubly encoded slash', 'https://www.example.com/th%252f..%252fadmin/callback', false, false],
  ['a doubly encoded backslash', 'https://www.example.com/th%255cadmin/callback', false, false],
  ['an encoding without an end', `https://www.example.com/th%${'25'.repeat(20)}41/callback`, false, false],
  ['dots within a segment', 'https://www.example.com/th..x;y/a%2520b/callback', false, true],
  ['a wildcard of the path in the query', 'https://www.example.com/thx?y=/callback', false, false],
  ['an encoded slash under a wildcard', 'https://www.example.com/th%2f..%2fadmin/callback', false, false],
  ['an encoded backslash under a wildcard', 'https://www.example.com/th%5c..%5cadmin/callback', false, false],
  ['a question mark in a query with a wildcard', 'https://query.example.com/cb?next=home?x', false, true],
  ['an overlong dot under a wildcard', 'https://www.example.com/th/%c0%ae%c0%ae/callback', false, false],
  ['an overlong slash under a wildcard', 'https://www.example.com/th/..%C0%AF/callback', false, false],
  ['a dot as %u002e under a wildcard', 'https://www.example.com/th/%u002e%u002e/callback', false, false],
  ['a tab behind dots under a wildcard', 'https://www.example.com/th/..%09/callback', false, false],
  ['a null behind dots under a wildcard', 'https://www.example.com/th/..%2500/callback', false, false],
  ['letters and pictures under a wildcard', 'https://www.example.com/th%E0%A4%85%F0%9F%98%80/callback', false, true],
  ['a backslash under a wildcard', 'https://www.example.com/th\\..\\callback', false, false],
];

for (const [name, requested, plain, wildcards = plain] of cases)
  t.test(`an address is ${plain ? 'accepted' : wildcards ? 'accepted only with wildcards' : 'refused'}: ${name}`, async (t) => {
    t.equal(matchRedirectUri(requested, registered) !== undefined, plain, 'exact');
    t.equal(matchRedirectUri(requested, registered, { wildcards: true }) !== undefined, wildcards, 'with wildcards');
  });

t.test('without wildcards, another host never matches', async (t) => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), (uri) => {
      const match = matchRedirectUri(uri, registered);
      return match === undefined || new URL(match).hostname === new URL(uri).hostname;
    }),
  );
  t.pass('held for every generated address');
});
