import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import type { Test } from 'tap';

/** What Chromium needs so that public host names lead to this machine, as a DNS server of an attacker could answer them. */
export const resolverRules = '--host-resolver-rules=MAP *.example.com 127.0.0.1,MAP *.test 127.0.0.1';

async function listenOn(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

const blank = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A page</title><h1>A page</h1></html>';

/** A web server with one blank page, under any host name; answers its port. */
export const startPages = (t: Test): Promise<number> =>
  listenOn(
    t,
    createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
      response.end(blank);
    }),
  );

/**
 * A port that shows the attacker's page at `/attack` and is the mock at every other path: what a browser sees once the name
 * of the page leads to the mock (DNS rebinding), so that both are one origin to it.
 */
export const startRebinding = (t: Test, mock: string): Promise<number> =>
  listenOn(
    t,
    createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (first) => {
        if (first.subarray(0, 11).toString('latin1') === 'GET /attack') {
          const head = `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${blank.length}\r\nconnection: close\r\n\r\n`;
          socket.end(`${head}${blank}`);
          return;
        }
        const upstream = connect(Number(new URL(mock).port), '127.0.0.1', () => upstream.write(first));
        upstream.on('error', () => socket.destroy());
        upstream.pipe(socket).pipe(upstream);
        t.teardown(() => upstream.destroy());
      });
    }),
  );

/** What a page sends. */
export interface Attempt {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly mode?: 'no-cors';
}

/** What a page could read of an answer: its status and body, or that the browser gave it nothing. */
export type Read = { readonly status: number; readonly body: string } | 'nothing';

/** Sends a request as a script of the page does, with cookies or, where only `*` is answered, without. */
export const send = (page: Page | Frame, attempt: Attempt, credentials: 'include' | 'omit' = 'include'): Promise<Read> =>
  page.evaluate<Read, [Attempt, 'include' | 'omit']>(
    async ([{ url, ...init }, credentials]) => {
      try {
        const response = await fetch(url, { ...init, credentials });
        return response.type === 'opaque' ? 'nothing' : { status: response.status, body: await response.text() };
      } catch {
        return 'nothing';
      }
    },
    [attempt, credentials],
  );

interface SentForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly enctype?: string;
}

/** Posts a form from a page, as its script would; gives the answer once the browser shows it. */
export async function postForm(page: Page, { action, fields, enctype = 'application/x-www-form-urlencoded' }: SentForm) {
  const inputs = Object.entries(fields).map(([name, value]) => [name, value]);
  const answered = page.waitForResponse((response) => response.url() === action && response.request().method() === 'POST');
  const shown = page.waitForEvent('framenavigated');
  await page.evaluate(`(() => {
    const form = Object.assign(document.createElement('form'), ${JSON.stringify({ method: 'post', action, enctype })});
    for (const [name, value] of ${JSON.stringify(inputs)}) form.append(Object.assign(document.createElement('input'), { name, value }));
    document.body.append(form);
    form.submit();
  })()`);
  await shown;
  return answered;
}
