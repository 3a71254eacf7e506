import { type Settings, SettingsError } from '../settings/read.js';

/** Where the server that these settings describe can be asked on this machine. */
export function localUrl({ https, httpsPort, port, host }: Settings, path: string): string {
  const [scheme, number] = https === 'only' ? ['https', httpsPort] : ['http', port];
  if (number === 0) throw new SettingsError('port 0 was taken at start; give the real one with --port N');
  const local = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${scheme}://${local.includes(':') ? `[${local}]` : local}:${number}${path}`;
}
