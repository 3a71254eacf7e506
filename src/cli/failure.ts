import { SeedError } from '../configuration/seed/seed-error.js';
import { StoreError, StoreUnavailable } from '../environment/shared/errors.js';
import { DataFolderError } from '../environment/store/damage.js';
import { SettingsError } from '../settings/read.js';
import type { Invocation } from './command.js';

/** The message for the person at the terminal: what went wrong and what to do, without a stack trace. */
export function explainError(error: unknown, env: Invocation['env']): { message: string; exitCode: number } {
  if (!(error instanceof Error)) return { message: String(error), exitCode: 1 };
  if (error instanceof SettingsError || error instanceof SeedError) return { message: error.message, exitCode: 2 };
  if (error instanceof DataFolderError) return { message: `--data (PINGONE_MOCK_DATA): ${error.message}`, exitCode: 2 };
  if (error instanceof StoreUnavailable)
    return { message: `--store (PINGONE_MOCK_STORE): ${error.message}. Start the server again once the store is well`, exitCode: 2 };
  if (error instanceof StoreError) return { message: `--store (PINGONE_MOCK_STORE): ${error.message}`, exitCode: 2 };
  const stack = env.PINGONE_MOCK_LOG_LEVEL === 'debug' || env.PINGONE_MOCK_LOG_LEVEL === 'trace';
  return { message: listenProblem(error) ?? ((stack && error.stack) || error.message), exitCode: 1 };
}

/** The usual reasons why a server cannot listen. */
function listenProblem(
  error: NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string; setting?: { flag: string; variable: string } },
): string | undefined {
  if (error.syscall !== 'listen' && error.syscall !== 'bind' && error.syscall !== 'getaddrinfo') return undefined;
  const { address = error.hostname, port } = error;
  const { flag, variable } = error.setting ?? { flag: '--port', variable: 'PINGONE_MOCK_PORT' };
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} of ${address} is in use. Choose another port with ${flag} N or ${variable}, or let ${flag} 0 pick a free one`;
    case 'EACCES':
      return `port ${port} is not allowed for this user. Choose one above 1023 with ${flag} N or ${variable}`;
    case 'EADDRNOTAVAIL':
      return `${address} is not an address of this machine. Choose another one with --host or PINGONE_MOCK_HOST`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `unknown host name ${address}. Choose another one with --host or PINGONE_MOCK_HOST`;
    default:
      return undefined;
  }
}
