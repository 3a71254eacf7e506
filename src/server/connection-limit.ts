import { closeSync, openSync } from 'node:fs';
import type { Server } from 'node:net';
import { devNull } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';

/** Below this number of connections, nothing checks whether a file descriptor is free. */
const unsuspicious = 32;

const outOfDescriptors: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

/** The error that the next connection or file would meet; undefined if there is room. */
function nextDescriptorError(): NodeJS.ErrnoException | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/**
 * Logs when the last file descriptor is taken: libuv then closes new connections silently, and clients see only a reset. It
 * logs again only after a tenth of the connections have closed.
 */
export function reportFullServers(servers: readonly Server[], log: FastifyBaseLogger, probe = nextDescriptorError): void {
  let open = 0;
  let reportedAt: number | undefined;
  const report = (code: string | undefined) => {
    if (reportedAt !== undefined) return;
    reportedAt = open;
    log.error(
      { event: 'server', code, connections: open },
      `no file descriptors are left (${code}): further connections are closed without an answer. Close some, or raise the limit (ulimit -n)`,
    );
  };
  for (const server of servers) {
    server.on('connection', (socket) => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
        if (reportedAt !== undefined && open < reportedAt * 0.9) reportedAt = undefined;
      });
      if (open < unsuspicious || reportedAt !== undefined) return;
      const { code } = probe() ?? {};
      if (outOfDescriptors.has(code)) report(code);
    });
    // An error of accept(): without a listener it would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (outOfDescriptors.has(error.code)) report(error.code);
      else log.error({ event: 'server', error }, 'a connection could not be accepted');
    });
  }
}
