import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Test } from 'tap';
import { buildTestServer, environmentId, type TestServer } from '../helpers/server.js';
import { changedEnvironment, changedEnvironmentId, fuzzSeed } from './environment.js';
import type { FuzzAnswer, FuzzRequest } from './request.js';
import { host, sendBytes, sendInProcess, sendOverSockets } from './send.js';
import { type Stock, stockUp } from './stock.js';

/** A server that requests are sent to, whose environments are made again before they are too much altered or too full. */
export interface Session {
  send(request: FuzzRequest): Promise<FuzzAnswer>;
  /** Undefined in process, where there are no bytes. */
  readonly sendBytes: ((bytes: string) => Promise<string>) | undefined;
  /** Makes the environment that is changed again, if it has become useless or `anyway`. */
  tend(anyway: boolean): Promise<void>;
  /** The token for the environment that is changed. */
  token(): string;
  /** Lines that the server logged as errors of its own since the last call. */
  complaints(): string[];
  openApi(): Promise<unknown>;
  /** All routes of the server. */
  routes(): Promise<readonly { readonly method: string; readonly url: string }[]>;
  close(): Promise<void>;
}

interface SessionOptions {
  readonly inProcess: boolean;
  readonly lanes: number;
  /** Called each time that the environment was made again, with what it holds. */
  made?(stock: Stock): void;
}

export async function openSession({ inProcess, lanes, made: onMade }: SessionOptions): Promise<Session> {
  const ends: (() => unknown)[] = [];
  let lines: string[] = [];
  const log = pino(
    { level: 'error', serializers: { error: pino.stdSerializers.err } },
    new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }),
  );
  // No test of a runner: nothing of one but its end is asked for.
  const server: TestServer = await buildTestServer(
    { teardown: (end: () => unknown) => void ends.push(end) } as unknown as Test,
    { config: fuzzSeed() },
    log,
  );
  const { app, clock } = server;
  await clock.reset();
  const own = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, headers = {}) =>
    app.inject({ method, url, headers: { host, ...headers }, ...(payload && { payload }) });
  let token = '';
  const make = async () => {
    for (const { id } of server.context.environments.list()) if (id !== environmentId) await own('DELETE', `/__mock/v1/environments/${id}`);
    const made = await own('POST', '/__mock/v1/environments', changedEnvironment());
    if (made.statusCode !== 201) throw new Error(`the environment was not made: ${made.payload}`);
    token = (await own('POST', `/__mock/v1/environments/${changedEnvironmentId}/management-token`, {})).json<{ access_token: string }>()
      .access_token;
    await own('POST', `/__mock/v1/environments/${environmentId}/reset`, {});
    onMade?.(await stockUp(server, changedEnvironmentId, token));
  };
  const sockets = inProcess ? undefined : await listen();
  async function listen() {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const address = app.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
    return { port: address.port, ...sendOverSockets(address.port, lanes) };
  }
  await make();
  return {
    send: sockets?.send ?? sendInProcess(app),
    sendBytes: sockets && ((bytes) => sendBytes(sockets.port, bytes)),
    async tend(anyway) {
      const headers = { authorization: `Bearer ${token}` };
      if (anyway || (await own('GET', `/v1/environments/${changedEnvironmentId}/users?limit=1`, undefined, headers)).statusCode !== 200)
        await make();
    },
    token: () => token,
    complaints() {
      const said = lines;
      lines = [];
      return said;
    },
    openApi: async () => (await own('GET', '/__mock/v1/openapi.json')).json(),
    routes: () => app.describedRoutes(),
    async close() {
      sockets?.close();
      for (const end of ends) await end();
    },
  };
}
