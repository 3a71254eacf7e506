import { readFileSync } from 'node:fs';
import { readSettings } from '../settings/read.js';
import type { Run } from './command.js';
import { getLocally, localUrl } from './local-server.js';

/** Asks the server described by the settings whether it is ready. */
export const healthcheck: Run = async ({ argv, env, output, errors, stop }) => {
  const { settings } = readSettings({ argv: argv.length > 0 ? argv : flagsOfProcessOne(), env });
  const url = localUrl(settings, '/readyz');
  const answer = await getLocally(url, stop).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
  const ok = answer === 200;
  if (settings.json) output.write(`${JSON.stringify({ ok, url, answer })}\n`);
  else if (!ok) errors.write(`pingone-mock: ${url} answers ${answer}\n`);
  return ok ? 0 : 1;
};

/** In a container, the server's flags ("docker run … --port 8080") are those of process 1; the health check does not get them. */
function flagsOfProcessOne(): string[] {
  try {
    const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0').slice(0, -1);
    const script = words.findIndex((word) => word.endsWith('cli.js') && process.argv[1]?.endsWith(word));
    return script < 0 ? [] : words.slice(script + 1).filter((word, index) => index > 0 || word !== 'start');
  } catch {
    return [];
  }
}
