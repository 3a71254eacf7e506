import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createLogger } from '../server/log.js';
import { startServer } from '../server/start.js';
import { readSettings, SettingsError } from '../settings/read.js';
import { childEnvironment } from './child-environment.js';
import type { Invocation, Run } from './command.js';

/** 128 plus the signal's number for a program that was killed, as in a shell. */
const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? constants.signals[signal] : 0);

/** Runs a program on this terminal until it ends, and passes signals on to it. */
const runChild = ([file = '', ...argv]: readonly string[], env: Record<string, string | undefined>, stop: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, argv, { env, stdio: 'inherit', shell: process.platform === 'win32' });
    // A second signal ends this process, whose server ends with it.
    const passOn = () => child.kill(stop.reason as NodeJS.Signals);
    stop.addEventListener('abort', passOn, { once: true });
    if (stop.aborted) passOn();
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        new SettingsError(
          `program ${JSON.stringify(file)} ${error.code === 'ENOENT' ? 'not found' : `cannot be run (${error.code}): is it an executable file?`}`,
        ),
      ),
    );
    child.on('close', (code, signal) => resolve(exitCodeOf(code, signal)));
  });

const split = (argv: readonly string[]): [flags: readonly string[], program: readonly string[]] => {
  const dashes = argv.indexOf('--');
  return dashes < 0 ? [[], argv] : [argv.slice(0, dashes), argv.slice(dashes + 1)];
};

/** `exec -- CMD`: runs a program with a mock on a free port, whose address is in the program's variables. */
export const exec: Run = async ({ argv, env, errors, stop }: Invocation) => {
  const [own, program] = split(argv);
  if (program.length === 0) throw new SettingsError('no program given; expected: pingone-mock exec [flags] -- CMD');
  const { settings, warnings, flags } = readSettings({ argv: own, env });
  const onWarning = (text: string) => errors.write(`pingone-mock: ${text}\n`);
  for (const warning of warnings) onWarning(warning);
  const port = flags.has('port') || env.PINGONE_MOCK_PORT ? settings.port : 0;
  // Standard output belongs to the program.
  const logger = flags.has('log') ? createLogger(settings, { output: errors, errors }) : undefined;
  const server = await startServer({ ...settings, port }, { onWarning, ...(logger && { logger }) });
  try {
    return await runChild(program, { ...env, ...(await childEnvironment(server)) }, stop);
  } finally {
    await server.close();
  }
};
