import { file } from '../settings/kinds.js';
import { readSettings, type Settings } from '../settings/read.js';
import type { Run } from './command.js';
import { getLocally, localUrl } from './local-server.js';
import { outputTo } from './output-file.js';

/** Prints the certificate that clients must trust: of the authority in --ca-dir (made if there is none), or of the running server. */
export const ca: Run = async ({ argv, env, output, errors, stop }) => {
  const { settings, flags } = readSettings({ argv, env, ownFlags: { export: file } });
  const path = flags.get('export');
  const write = outputTo('--export', typeof path === 'string' ? path : undefined, output);
  const pem = settings.caFolder === undefined ? await fromServer(settings, stop) : await fromFolder(settings, errors);
  if (pem === undefined) {
    errors.write(
      'pingone-mock: there is no certificate authority: start a server with --https, or keep one in a folder with --ca-dir DIR (PINGONE_MOCK_CA_DIR)\n',
    );
    return 1;
  }
  write(pem);
  return 0;
};

async function fromFolder(settings: Settings, errors: { write(text: string): unknown }): Promise<string | undefined> {
  const { openCredentials } = await import('../server/tls/index.js');
  const { authority, warnings } = openCredentials({ ...settings, tlsCert: undefined, tlsKey: undefined });
  for (const warning of warnings) errors.write(`pingone-mock: ${warning}\n`);
  return authority;
}

/** Undefined if no server answers, or it has no authority. */
async function fromServer(settings: Settings, signal: AbortSignal): Promise<string | undefined> {
  const response = await getLocally(localUrl(settings, '/__mock/ca.pem'), signal).catch(() => undefined);
  return response?.status === 200 ? response.text : undefined;
}
