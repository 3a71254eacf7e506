import { type IncomingHttpHeaders, request as overHttp } from 'node:http';
import { request as overHttps, type RequestOptions } from 'node:https';

export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own, with every header as it is given: fetch writes Host itself. */
export const ask = (url: string, { body, ...options }: RequestOptions & { body?: string } = {}): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const asked = (url.startsWith('https:') ? overHttps : overHttp)(url, { agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** What a server writes when it is sent this text. */
export const json = <T = Record<string, unknown>>({ body }: Asked): T => JSON.parse(body) as T;
