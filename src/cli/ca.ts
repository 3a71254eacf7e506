import { writeFileSync } from 'node:fs';
import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import { file } from '../settings/kinds.js';
import { readSettings, type Settings, SettingsError } from '../settings/read.js';
import type { Run } from './command.js';
import { localUrl } from './local-url.js';

/** Prints the certificate that clients must trust: of the authority in --ca-dir (made if there is none), or of the running server. */
export const ca: Run = async ({ argv, env, output, errors, stop }) => {
  const { settings, flags } = readSettings({ argv, env, ownFlags: { export: file } });
  const path = flags.get('export');
  const pem = settings.caFolder === undefined ? await fromServer(settings, stop) : await fromFolder(settings, errors);
  if (pem === undefined) {
    errors.write(
      'pingone-mock: there is no certificate authority: start a server with --https, or keep one in a folder with --ca-dir DIR (PINGONE_MOCK_CA_DIR)\n',
    );
    return 1;
  }
  if (typeof path !== 'string') {
    output.write(pem);
    return 0;
  }
  try {
    writeFileSync(path, pem);
  } catch (error) {
    throw new SettingsError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
  return 0;
};

async function fromFolder(settings: Settings, errors: { write(text: string): unknown }): Promise<string | undefined> {
  const { openCredentials } = await import('../server/tls/index.js');
  const { authority, warnings } = openCredentials({ ...settings, tlsCert: undefined, tlsKey: undefined });
  for (const warning of warnings) errors.write(`pingone-mock: ${warning}\n`);
  return authority;
}

const fromServer = (settings: Settings, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const url = localUrl(settings, '/__mock/ca.pem');
    // The certificate cannot be verified: it is the very one that is asked for.
    const options = { signal, timeout: 2000, agent: false, rejectUnauthorized: false } as const;
    const asked = (url.startsWith('https:') ? askHttps : askHttp)(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 2 s')));
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
