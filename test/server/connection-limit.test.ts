import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { pino } from 'pino';
import t from 'tap';
import { reportFullServers } from '../../src/server/connection-limit.js';

const watched = (probe: () => NodeJS.ErrnoException | undefined) => {
  const lines: Record<string, unknown>[] = [];
  const server = new EventEmitter();
  reportFullServers([server as Server], pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }), probe);
  return { server, lines };
};
const emfile = Object.assign(new Error('EMFILE'), { code: 'EMFILE' });

t.test('a server without file descriptors is reported again only after connections have ended', async (t) => {
  let full = false;
  const { server, lines } = watched(() => (full ? emfile : undefined));
  const sockets = Array.from({ length: 60 }, () => new EventEmitter());
  for (const [at, socket] of sockets.entries()) {
    full = at >= 39;
    server.emit('connection', socket);
  }
  t.match(lines, [{ level: 50, event: 'server', code: 'EMFILE', connections: 40 }], 'by the connection that took the last one');
  t.equal(lines.length, 1);
  for (const socket of sockets.splice(30)) socket.emit('close');
  for (let again = 0; again < 5; again += 1) server.emit('connection', new EventEmitter());
  t.equal(lines.length, 2);
});

t.test('an error of accept() is logged and does not end the process', async (t) => {
  const { server, lines } = watched(() => undefined);
  server.emit('error', emfile);
  server.emit('error', Object.assign(new Error('ENOBUFS'), { code: 'ENOBUFS' }));
  t.match(lines, [{ code: 'EMFILE' }, { level: 50, error: { code: 'ENOBUFS' } }]);
});
