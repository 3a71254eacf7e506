import { type Settings, SettingsError } from '../settings/read.js';

/** The address on this machine of the server described by the settings. */
export function localUrl({ https, httpsPort, port, host }: Settings, path: string): string {
  const [scheme, number] = https === 'only' ? ['https', httpsPort] : ['http', port];
  if (number === 0) throw new SettingsError('the server picked a free port; give it with --port N');
  const local = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${scheme}://${local.includes(':') ? `[${local}]` : local}:${number}${path}`;
}
