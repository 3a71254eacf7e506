import { environmentId } from '../helpers/server.js';
import type { Chance } from './chance.js';

/** Bytes that are almost HTTP, as latin1 text. */

const as = `/${environmentId}/as`;
const head = (line: string, ...headers: string[]): string => `${[line, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;
const form = 'Content-Type: application/x-www-form-urlencoded';

const templates: readonly string[] = [
  head(`GET ${as}/jwks HTTP/1.1`),
  `GET ${as}/jwks HTTP/1.1\r\n\r\n`,
  `GET ${as}/jwks HTTP/1.0\r\n\r\n`,
  `GET ${as}/jwks\r\n\r\n`,
  `get ${as}/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  head(`GET ${as}/jwks HTTP/2.0`),
  head(`GET ${as}/jwks HTTP/9.9`),
  head('PRI * HTTP/2.0', 'SM'),
  head('OPTIONS * HTTP/1.1'),
  head('GET * HTTP/1.1'),
  head('GET // HTTP/1.1'),
  head('GET //attacker.example/as HTTP/1.1'),
  head(`GET http://localhost${as}/jwks HTTP/1.1`),
  head('GET http://attacker.example/as HTTP/1.1'),
  head('GET ftp:// HTTP/1.1'),
  head('GET ?# HTTP/1.1'),
  head('GET /\xff\xfe/ж HTTP/1.1'),
  head('GET /%zz/%/%00 HTTP/1.1'),
  head(`GET ${as}/../../as/jwks;a=b HTTP/1.1`),
  head('CONNECT localhost:443 HTTP/1.1'),
  head('CONNECT auth.pingone.com:443 HTTP/1.1'),
  head('TRACE / HTTP/1.1'),
  head('BREW /pot HTTP/1.1'),
  head('PROPFIND /v1 HTTP/1.1'),
  head(`GET ${as}/jwks HTTP/1.1`, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: x'),
  head(`GET ${as}/jwks HTTP/1.1`, 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: x'),
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 5')}a=b&c`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 50')}a=b`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 1')}a=b&c=d`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: -1')}a=b`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 5, 5')}a=b&c`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 3', 'Content-Length: 5')}a=b&c`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 99999999999999999999')}a=b`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Length: 3', 'Transfer-Encoding: chunked')}3\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: chunked')}3\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: chunked')}ffffffffffffffff\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: chunked')}x\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: chunked')}3;a="b\r\na=b\r\n0\r\nX: y\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: xchunked')}3\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Transfer-Encoding: gzip, chunked')}3\r\na=b\r\n0\r\n\r\n`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Content-Encoding: gzip', 'Content-Length: 3')}\x1f\x8b\x08`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Expect: 100-continue', 'Content-Length: 3')}a=b`,
  `${head(`POST ${as}/token HTTP/1.1`, form, 'Expect: 200-maybe', 'Content-Length: 3')}a=b`,
  `${head(`POST ${as}/token HTTP/1.1`, 'Content-Type: application/x-www-form-urlencoded; charset=utf-16', 'Content-Length: 3')}a=b`,
  head(`GET ${as}/jwks HTTP/1.1`, `X: ${'x'.repeat(20_000)}`),
  head(`GET ${as}/jwks?${'x'.repeat(20_000)} HTTP/1.1`),
  head(`GET ${as}/jwks HTTP/1.1`, ...Array.from({ length: 1500 }, (_, at) => `X${at}: y`)),
  head(`GET ${as}/jwks HTTP/1.1`, 'X: y\r\n folded', 'Y : z', ': empty', 'NoColon'),
  head(`GET ${as}/jwks HTTP/1.1`, 'X: a\0b', 'Host: localhost', 'Host: attacker.example'),
  head(`GET ${as}/jwks HTTP/1.1`, 'Cookie: ST=a; ST=b; =; ;', 'Authorization: Bearer \xff'),
  head(`GET ${as}/userinfo HTTP/1.1`, 'Authorization: Basic', 'Authorization: Bearer x'),
  `GET ${as}/jwks HTTP/1.1\nHost: localhost\n\n`,
  `\r\n\r\n${head(`GET ${as}/jwks HTTP/1.1`)}`,
  `${head(`GET ${as}/jwks HTTP/1.1`).repeat(5)}`,
  `${head('GET /healthz HTTP/1.1')}${head('GET / HTTP/1.1')}x`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'SSH-2.0-OpenSSH_9.6\r\n',
  '\0\0\0\0',
  '*1\r\n$4\r\nPING\r\n',
  '{"a":1}',
  '',
];

const pieces = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  ' ',
  ':',
  '%',
  '\xff',
  'HTTP/1.1',
  'Content-Length: 7\r\n',
  'Transfer-Encoding: chunked\r\n',
  '0\r\n\r\n',
  'a'.repeat(9000),
] as const;

/** A message with up to four mutations of its bytes. */
export function malformedMessage(chance: Chance): string {
  let text = chance.pick(templates as [string, ...string[]]);
  for (let count = chance.below(5); count > 0; count -= 1) {
    const at = chance.below(text.length + 1);
    const length = chance.below(12);
    text = chance.pick<string>([
      `${text.slice(0, at)}${chance.pick<string>(pieces)}${text.slice(at)}`,
      text.slice(0, at) + text.slice(at + length),
      `${text.slice(0, at)}${String.fromCharCode(chance.below(256))}${text.slice(at + 1)}`,
      `${text.slice(0, at)}${text.slice(at, at + length)}${text.slice(at)}`,
      text.slice(0, at),
    ]);
  }
  // Events are a stream without an end.
  return text.replaceAll('/events', '/requests');
}

/** The status codes of a stream of answers. */
export const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/(?:^|\n|\})HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
