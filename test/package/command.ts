import { fileURLToPath } from 'node:url';
import { type Ended, endGroup, startChild } from '../helpers/child.js';

const built = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

type Env = Record<string, string>;

/** The variables of this process without those that would change the command. */
const cleanEnv = (): Env =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(PINGONE_MOCK_|PORT$|NODE_ENV$|NODE_OPTIONS$|TAP|_TAPJS)/.test(entry[0]),
    ),
  );

/** The built command as a process of its own, in this folder or in another one. */
export const launch = (argv: readonly string[], env: Env = {}, cwd?: string) =>
  startChild(process.execPath, [built, ...argv], { cwd, env: { ...cleanEnv(), ...env } });

/** The same with a limit of open file descriptors. */
export const launchLimited = (descriptors: number, argv: readonly string[]) =>
  startChild('sh', ['-c', 'ulimit -n "$0" && exec "$@"', String(descriptors), process.execPath, built, ...argv], { env: cleanEnv() });

export const run = (argv: readonly string[], env: Env = {}): Promise<Ended> => launch(argv, env).ended;

/** What the ready line says. */
export interface Ready {
  readonly event: string;
  readonly url: string;
  readonly environmentId: string;
  readonly issuer: string;
  readonly discovery: string;
  readonly inspector: string;
  readonly version: string;
}

/** The command once it is ready, on a free port; it is ended with the test. */
export async function launchReady(t: { teardown(end: () => unknown): unknown }, argv: readonly string[] = [], env: Env = {}, cwd?: string) {
  const launched = launch(['--json', '--port', '0', ...argv], env, cwd);
  t.teardown(() => endGroup(launched.child));
  const ready = await new Promise<Ready>((resolve, reject) => {
    launched.child.stdout.on('data', () => {
      const [line, more] = launched.written.output.split('\n', 2);
      if (line !== undefined && more !== undefined) resolve(JSON.parse(line));
    });
    launched.ended.then(({ code, errors }) => reject(new Error(`ended with ${code}: ${errors}`)), reject);
  });
  return { ...launched, ready };
}
