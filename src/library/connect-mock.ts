import { call } from './calls.js';
import { createRemoteEnvironment } from './remote-environment.js';
import { fetchTransport } from './transport.js';
import type { ConnectedMock } from './types.js';
import type { EnvironmentContents } from './variables.js';

/** A mock that runs already, in a container or in another process: the same object over HTTP, hooks excepted. */
export async function connectMock(url: string | URL): Promise<ConnectedMock> {
  const base = String(url).replace(/\/+$/, '');
  const transport = fetchTransport(base);
  const contents = (await call(transport, '/__mock/v1/environments/default')) as EnvironmentContents;
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
