import { fileURLToPath } from 'node:url';
import { type Child, endGroup, startChild } from '../helpers/child.js';
import type { Ready } from '../package/command.js';

const root = new URL('../../../', import.meta.url);

type Test = { teardown(end: () => unknown): unknown };

/** Where a program says that it listens. */
function listening(child: Child, name: string): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: string) => {
        said += text;
        const url = /listening on (http:\S+)/.exec(said)?.[1];
        if (url) resolve(url);
      });
    child.on('close', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
}

/** An example as a process of its own on a free port, against a mock; it ends with the test. */
export function startExample(t: Test, path: string, ready: Ready, env: Record<string, string> = {}): Promise<string> {
  const { child } = startChild(process.execPath, [fileURLToPath(new URL(`examples/${path}`, root))], {
    env: { PATH: process.env.PATH, PORT: '0', OIDC_ISSUER: ready.issuer, ...env },
  });
  t.teardown(() => endGroup(child));
  return listening(child, path);
}

/** The arguments after `pingone-mock` on a command line that a shell runs in the root folder. */
export function startShell(t: Test, line: string): Promise<string> {
  const { child } = startChild('sh', ['-c', `exec "${process.execPath}" dist/cli.js ${line}`], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0' },
  });
  // As a terminal does: all that the line has started.
  t.teardown(() => endGroup(child, 'SIGTERM'));
  return listening(child, line);
}

/** Asks the control API of a mock. */
export async function control<T = Record<string, string>>({ url }: Ready, path: string, body: object): Promise<T> {
  const response = await fetch(`${url}/__mock/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return response.status === 204 ? ({} as T) : ((await response.json()) as T);
}
