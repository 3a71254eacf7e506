import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Test } from 'tap';

/** An audit event, as a webhook posts it. */
export interface PostedEvent {
  readonly id: string;
  readonly action: { readonly type: string };
  readonly resources: readonly { readonly name: string }[];
  readonly source?: object;
}

export interface Posted {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly events: readonly PostedEvent[];
  /** The common name of the client's certificate. */
  readonly client?: string | undefined;
}

export interface Receiver {
  readonly url: string;
  readonly posted: Posted[];
  /** How requests are answered from now on: a status, or whatever is done with the response. */
  answer: number | ((response: ServerResponse, posted: Posted) => void);
  /** The events of all requests, in their order. */
  events(): PostedEvent[];
}

/** A real target of webhooks on a port of this machine; it ends with the test. */
export async function receive(t: Test, tls?: ServerOptions): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    posted: [],
    answer: 200,
    events: () => receiver.posted.flatMap(({ events }) => events),
  };
  const listener: RequestListener = (request: IncomingMessage, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method, url: path, headers, socket } = request;
      const events = body.startsWith('[') ? (JSON.parse(body) as PostedEvent[]) : [];
      const client = tls && ((socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
      const posted = { method, path, headers, body, events, client };
      receiver.posted.push(posted);
      const { answer } = receiver;
      if (typeof answer === 'number') response.writeHead(answer).end('ok');
      else answer(response, posted);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(receiver, { url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook` });
}
