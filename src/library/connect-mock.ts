import { call } from './calls.js';
import { MockError } from './mock-error.js';
import { createRemoteEnvironment } from './remote-environment.js';
import { fetchTransport } from './transport.js';
import type { ConnectedMock } from './types.js';
import type { EnvironmentContents } from './variables.js';

/** A server without our control API responds in another format. */
const isFromOtherServer = (error: unknown): error is MockError =>
  error instanceof MockError && error.status > 0 && typeof (error.body as { error?: unknown } | undefined)?.error !== 'object';

const noMock = (base: string, { message, status, code }: MockError): MockError => {
  const { origin, pathname } = new URL(base);
  const fix =
    pathname === '/' ? 'does another server use this address?' : `omit the path ${pathname}: the address of a mock is like ${origin}`;
  return new MockError(`there is no mock at ${base}: ${message.split('\n', 1)[0]}`, { code, status, fix });
};

/** Connects to a running mock, in a container or another process: the same object over HTTP, without hooks. */
export async function connectMock(url: string | URL): Promise<ConnectedMock> {
  const base = String(url).replace(/\/+$/, '');
  const transport = fetchTransport(base);
  const contents = (await call(transport, '/__mock/v1/environments/default').catch((error: unknown) => {
    throw isFromOtherServer(error) ? noMock(base, error) : error;
  })) as EnvironmentContents;
  const { delete: _delete, ...environment } = createRemoteEnvironment(transport, contents);
  // Only its starter may stop it.
  const close = async () => {};
  return {
    ...environment,
    url: base,
    async createEnvironment(body = {}) {
      const made = await call(transport, '/__mock/v1/environments', { method: 'POST', body });
      return createRemoteEnvironment(transport, made as EnvironmentContents);
    },
    reset: async () => void (await call(transport, '/__mock/v1/reset', { method: 'POST' })),
    close,
    [Symbol.asyncDispose]: close,
  };
}
