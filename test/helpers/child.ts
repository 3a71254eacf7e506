import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export type Child = ChildProcessByStdio<null, Readable, Readable>;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

type Options = Pick<SpawnOptions, 'cwd' | 'env'>;

/** Ends a process and all that it has started. */
export function endGroup({ pid }: Child, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // There is none left.
  }
}

/**
 * Starts a process in a group of its own. What is left of the group ends with the process, and with the one that runs the
 * test, even if that is killed: a shell waits at the other end of a pipe, which the kernel then closes.
 */
export function startChild(command: string, argv: readonly string[], { cwd, env }: Options = {}) {
  const child: Child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  if (child.pid !== undefined) {
    const watcher = spawn('sh', ['-c', `read -r _; kill -KILL -${child.pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    watcher.unref();
    child.on('exit', () => watcher.stdin.end());
  }
  const written = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.errors += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...written }));
  });
  return { child, written, ended };
}

/** A process from its start to its end. */
export const runChild = (command: string, argv: readonly string[], options?: Options): Promise<Ended> =>
  startChild(command, argv, options).ended;

/** The output of a shell script that stops at the first command that fails, which is an error. */
export async function runScript(script: string, options?: Options): Promise<string> {
  const { code, output, errors } = await runChild('bash', ['-euo', 'pipefail', '-c', script], options);
  if (code !== 0) throw Object.assign(new Error(`${script}\n${output}${errors}`), { code });
  return output;
}
