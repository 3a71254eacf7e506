import type { App, Context } from '../environment/context.js';
import { parseOwn } from '../lib/unknown.js';
import { call } from './calls.js';
import { createLocalEnvironment } from './local-environment.js';
import { MockError } from './mock-error.js';
import { type Injectable, injectTransport } from './transport.js';
import type { Mock } from './types.js';
import type { EnvironmentContents } from './variables.js';

interface LocalServer {
  readonly app: App;
  readonly context: Context;
  readonly url: string;
  readonly httpsUrl?: string | undefined;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** The library's view of a server in this process. */
export async function createLocalMock({ app, context, url, httpsUrl, warnings, close }: LocalServer): Promise<Mock> {
  const transport = injectTransport(app as unknown as Injectable, url);
  const contents = (await call(transport, '/__mock/v1/environments/default')) as EnvironmentContents;
  const { delete: _delete, ...environment } = createLocalEnvironment(context, transport, contents);
  let closing: Promise<void> | undefined;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    ...environment,
    async checkup(options) {
      if (app.server.listening) return environment.checkup(options);
      throw new MockError('checkup: this mock does not listen, so no application can reach it', {
        code: 'checkup_stopped',
        fix: 'use startMock() instead of createMock()',
      });
    },
    url,
    httpsUrl,
    warnings,
    ca: context.certificateAuthority,
    async inject(request) {
      const { method, url: path, headers, payload } = typeof request === 'string' ? { url: request } : request;
      const answer = await transport.send({
        path,
        ...(method !== undefined && { method }),
        ...(headers && { headers }),
        ...(payload !== undefined && { body: payload }),
      });
      return { statusCode: answer.status, headers: answer.headers, body: answer.text, json: () => parseOwn(answer.text) };
    },
    async createEnvironment(body = {}) {
      const made = await call(transport, '/__mock/v1/environments', { method: 'POST', body });
      return createLocalEnvironment(context, transport, made as EnvironmentContents);
    },
    reset: async () => void (await call(transport, '/__mock/v1/reset', { method: 'POST' })),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}
