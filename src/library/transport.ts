import { MockError } from './mock-error.js';

export interface MockRequest {
  readonly method?: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
}

/** How the library reaches its mock: in process, or over HTTP. */
export interface Transport {
  /** The base URL, such as http://127.0.0.1:9400. */
  readonly url: string;
  send(request: MockRequest): Promise<MockAnswer>;
}

/** The part of a Fastify server that the library uses. */
export interface Injectable {
  inject(options: {
    method: 'GET' | 'POST';
    url: string;
    headers: Record<string, string>;
    payload?: string;
  }): Promise<{ statusCode: number; headers: Record<string, number | string | string[] | undefined>; payload: string }>;
}

const noAnswer = (what: string, reason: string, fix: string): MockError =>
  new MockError(`${what}: no response (${reason})`, { code: 'no_answer', fix });

/** A server in this process: nothing goes over a socket, and addresses are made as if it had. */
export function injectTransport(app: Injectable, url: string): Transport {
  const { host } = new URL(url);
  return {
    url,
    async send({ method = 'GET', path, headers = {}, body }) {
      const answer = await app
        .inject({ method: method as 'GET', url: path, headers: { host, ...headers }, ...(body !== undefined && { payload: body }) })
        .catch((error: Error) => {
          throw noAnswer(`${method} ${url}${path}`, error.message, 'the mock was closed, or drops connections on purpose');
        });
      const kept = Object.entries(answer.headers).filter(([, value]) => value !== undefined);
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(kept.map(([name, value]) => [name, Array.isArray(value) ? value : String(value)])),
        text: answer.payload,
      };
    },
  };
}

/** A server in a container or another process. */
export function fetchTransport(url: string): Transport {
  return {
    url,
    async send({ method = 'GET', path, headers = {}, body }) {
      try {
        const answer = await fetch(`${url}${path}`, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) });
        return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        const fix = `start the mock, or give connectMock the right URL: ${url}/readyz must respond`;
        throw noAnswer(`${method} ${url}${path}`, code ?? (error as Error).message, fix);
      }
    },
  };
}
