import { call } from './calls.js';
import { MockError } from './mock-error.js';
import { createRemoteEnvironment } from './remote-environment.js';
import { fetchTransport } from './transport.js';
import type { ConnectedMock } from './types.js';
import type { EnvironmentContents } from './variables.js';

/** What has no control API answers in another format than that. */
const isRefusedElsewhere = (error: unknown): error is MockError =>
  error instanceof MockError && error.status > 0 && typeof (error.body as { error?: unknown } | undefined)?.error !== 'object';

const noMock = (base: string, { message, status, code }: MockError): MockError => {
  const { origin, pathname } = new URL(base);
  const fix =
    pathname === '/' ? 'is it another server that answers there?' : `leave the path ${pathname} out: the address of a mock is as ${origin}`;
  return new MockError(`there is no mock at ${base}: ${message.split('\n', 1)[0]}`, { code, status, fix });
};

/** A mock that runs already, in a container or in another process: the same object over HTTP, hooks excepted. */
export async function connectMock(url: string | URL): Promise<ConnectedMock> {
  const base = String(url).replace(/\/+$/, '');
  const transport = fetchTransport(base);
  const contents = (await call(transport, '/__mock/v1/environments/default').catch((error: unknown) => {
    throw isRefusedElsewhere(error) ? noMock(base, error) : error;
  })) as EnvironmentContents;
  const { delete: _delete, ...environment } = createRemoteEnvironment(transport, contents);
  // Whoever started it ends it.
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
