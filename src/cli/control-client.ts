import { within } from '../lib/within.js';
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
  const { response, answer } = await within(
    10_000,
    async (limit) => {
      const got = await fetch(address, {
        signal: limit,
        ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { response: got, answer: (await got.json().catch(() => undefined)) as unknown };
    },
    signal,
  ).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as { code?: string };
    throw new NotRunning(`${url} does not answer (${code ?? error.message}). Is the mock running? Give its address with --url`);
  });
  if (response.ok) return answer;
  const { message, fix } = (answer as { error?: { message?: string; fix?: string } } | undefined)?.error ?? {};
  throw new Error(
    `${address} answers ${response.status}${message === undefined ? '' : `: ${message}`}${fix === undefined ? '' : `; ${fix}`}`,
  );
}
