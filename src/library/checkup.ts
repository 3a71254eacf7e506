import type { CheckupOptions, Report } from '../checkup/types.js';
import { call } from './calls.js';
import { MockError } from './mock-error.js';
import type { Transport } from './transport.js';

/**
 * Takes an application through every case, at an environment of a mock. Its libraries are recognised by what the project in the
 * working folder declares, too.
 * @throws {MockError} `checkup_stopped` if an ordinary sign-on does not succeed, or the application does not come back
 */
export async function checkup(transport: Transport, environment: { id: string; issuer: string }, options: CheckupOptions): Promise<Report> {
  const { CheckupStopped, declaredIn, runCheckup } = await import('../checkup/entry.js');
  const control = { url: transport.url, call: (path: string, request = {}) => call(transport, path, request) };
  try {
    return await runCheckup({ control, ...environment }, { declared: declaredIn(process.cwd()), ...options });
  } catch (error) {
    throw error instanceof CheckupStopped ? new MockError(error.message, { code: 'checkup_stopped', fix: error.fix }) : error;
  }
}
