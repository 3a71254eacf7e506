import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../package/command.js';

const root = new URL('../../../', import.meta.url);

type Test = { teardown(end: () => unknown): unknown };

/** Where a program says that it listens. */
function listening(child: ChildProcess, name: string): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = /listening on (http:\S+)/.exec(said)?.[1];
        if (url) resolve(url);
      });
    child.on('close', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
}

/** An example as a process of its own on a free port, against a mock; it ends with the test. */
export function startExample(t: Test, path: string, ready: Ready, env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`examples/${path}`, root))], {
    env: { PATH: process.env.PATH, PORT: '0', OIDC_ISSUER: ready.issuer, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  return listening(child, path);
}

/** What stands behind `pingone-mock` on a command line, given to a shell in the root folder. */
export function startShell(t: Test, line: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec "${process.execPath}" dist/cli.js ${line}`], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // As a terminal does: all that the line has started.
  t.teardown(() => process.kill(-Number(child.pid), 'SIGTERM'));
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
