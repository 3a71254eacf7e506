import { connect } from 'node:net';
import { pino } from 'pino';
import t from 'tap';
import { startServer } from '../../src/server/start.js';
import { defaultSettings } from '../../src/settings/read.js';

/** Sends bytes to a port and reads until the connection is closed. */
const exchange = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket
      .setEncoding('latin1')
      .on('data', (text: string) => {
        answer += text;
      })
      .on('close', () => resolve(answer))
      .on('error', reject);
  });

const hello = Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00]);

const cases: readonly (readonly [name: string, bytes: string | Buffer, status: string, logged: RegExp])[] = [
  ['no HTTP at all', 'hello?\r\n\r\n', '400 Bad Request', /not an HTTP request: /],
  [
    'two lengths of one body',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na',
    '400 Bad Request',
    /Content-Length/i,
  ],
  ['a line break within a header', 'GET / HTTP/1.1\r\nhost: a\r\nx: \n\r\n\r\n', '400 Bad Request', /not an HTTP request: /],
  ['headers of 20 kB', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431 Request Header Fields Too Large', /overflow/i],
  ['a method without a name', 'PRI /x\r\n\r\n', '400 Bad Request', /not an HTTP request: its method is unknown/],
  ['TLS', hello, '400 Bad Request', /a client uses TLS on the port for plain HTTP/],
];

t.test('malformed HTTP is refused in the gateway’s form, and the log says what was received', async (t) => {
  const lines: { msg: string }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const server = await startServer({ ...defaultSettings, port: 0 }, { logger });
  t.teardown(() => server.close());
  const port = Number(new URL(server.url).port);
  for (const [name, bytes, status, logged] of cases) {
    const [head = '', body = ''] = (await exchange(port, bytes)).split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    t.equal(line, `HTTP/1.1 ${status}`, name);
    t.same(JSON.parse(body), { message: status.slice(4) }, name);
    t.match(
      headers.find((header) => header.startsWith('correlation-id: ')),
      /: [0-9a-f-]{36}$/,
      name,
    );
    t.ok(headers.includes('x-mock-diagnosis: malformed_request'), name);
    t.ok(headers.includes(`content-length: ${body.length}`), name);
    t.match(lines.pop()?.msg, logged, name);
  }
  t.match(await exchange(port, 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'), /^HTTP\/1.1 200/, 'goes on');
});
