import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { type Settings, SettingsError } from '../settings/read.js';

/** The address on this machine of the server described by the settings. */
export function localUrl({ https, httpsPort, port, host }: Settings, path: string): string {
  const [scheme, number] = https === 'only' ? ['https', httpsPort] : ['http', port];
  if (number === 0) throw new SettingsError('the server picked a free port; give it with --port N');
  const local = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${scheme}://${local.includes(':') ? `[${local}]` : local}:${number}${path}`;
}

/** Fetches from a server on this machine, whose certificate need not be trusted. Rejects after 2 seconds without a response. */
export const getLocally = (url: string, signal: AbortSignal): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const options = { signal, timeout: 2000, agent: false, rejectUnauthorized: false } as const;
    const request = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text })).on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no response within 2 s'))).on('error', reject);
  });
