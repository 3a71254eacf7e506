import { SettingsError } from '../settings/read.js';
import type { Invocation } from './command.js';

/** The address of the running mock: --url, or this machine and the port of the settings. */
export function mockUrl(url: string | undefined, env: Invocation['env']): string {
  const given = url ?? (env.PINGONE_MOCK_BASE_URL || `http://127.0.0.1:${env.PINGONE_MOCK_PORT || env.PORT || 9400}`);
  if (URL.canParse(given) && /^https?:/.test(given)) return given.replace(/\/+$/, '');
  throw new SettingsError(`--url is ${JSON.stringify(given)}; expected an http or https URL, such as http://localhost:9400`);
}

/** No server listens at the address. */
export class NotRunning extends Error {}

/** Calls the control API of a running mock. An error carries the API's own message. */
export async function askControl(url: string, path: string, { body, signal }: { body?: object; signal: AbortSignal }): Promise<unknown> {
  const address = `${url}/__mock/v1${path}`;
  let response: Response;
  try {
    response = await fetch(address, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    throw new NotRunning(`${url} does not answer (${code ?? (error as Error).message}). Is the mock running? Give its address with --url`);
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { message, fix } = (answer as { error?: { message?: string; fix?: string } } | undefined)?.error ?? {};
  throw new Error(
    `${address} answers ${response.status}${message === undefined ? '' : `: ${message}`}${fix === undefined ? '' : `; ${fix}`}`,
  );
}
