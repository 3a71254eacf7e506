import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../package/command.js';

/** An example as a process of its own on a free port, against a mock; it ends with the test. */
export async function startExample(
  t: { teardown(end: () => unknown): unknown },
  path: string,
  ready: Ready,
  env: Record<string, string> = {},
): Promise<string> {
  const file = fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH, PORT: '0', OIDC_ISSUER: ready.issuer, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = /listening on (http:\S+)/.exec(said)?.[1];
        if (url) resolve(url);
      });
    child.on('close', (code) => reject(new Error(`${path} ended with ${code}: ${said}`)));
  });
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
