import { readTextFile } from '../lib/text-file.js';
import { within } from '../lib/within.js';
import { SettingsError } from '../settings/read.js';

/** The flags by which a command reaches a tenant. */
export const tenantFlags = {
  api: 'text',
  auth: 'text',
  environment: 'text',
  'client-id': 'text',
  'client-secret-file': 'text',
} as const;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface TokenAnswer {
  readonly access_token?: string;
  readonly error_description?: string;
  readonly message?: string;
}

/** Fetches. If no server answers, the error names the address and its flag. */
export async function asked(flag: 'api' | 'auth', address: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    throw new Error(`${new URL(address).origin} does not answer (${code ?? (error as Error).message}): is --${flag} correct?`);
  }
}

const patience = 30_000;

/**
 * Asks a server of a tenant, which has to answer within 30 seconds: all of the answer, as `work` reads it.
 * If it does not, the error names the address and its flag.
 */
export async function inTime<T>(
  flag: 'api' | 'auth',
  address: string,
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal | undefined,
): Promise<T> {
  try {
    return await within(patience, work, stop);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    throw new Error(`${new URL(address).origin} did not answer within ${patience / 1000} seconds: is --${flag} correct?`);
  }
}

const adviceOf = (status: number): string =>
  status === 404
    ? 'does the environment in --environment exist, and is --auth its address?'
    : 'do --client-id and --client-secret-file belong to an enabled worker of this environment, with the client credentials grant and roles?';

/** A worker's token: by Basic authentication first, then with the credentials in the body. */
export async function workerToken({ auth, environment, clientId, secret }: TenantAccess, signal: AbortSignal): Promise<string> {
  const address = `${auth}/${environment}/as/token`;
  const ask = async (headers: Record<string, string>, form: Record<string, string>) => {
    const answered = async (limit: AbortSignal) => {
      const answer = await asked('auth', address, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
        signal: limit,
      });
      return { status: answer.status, body: (await answer.json().catch(() => ({}))) as TokenAnswer };
    };
    return inTime('auth', address, answered, signal);
  };
  const basic = await ask({ authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` }, {});
  const posted = basic.status === 401 ? await ask({}, { client_id: clientId, client_secret: secret }) : basic;
  const { access_token: token } = posted.body;
  if (token !== undefined) return token;
  // A refusal of the authentication method means only that the application is set to the other one.
  const refused = /authentication method/i.test(posted.body.error_description ?? '') ? basic : posted;
  throw new Error(
    `${auth} issued no token (${refused.status}): ${refused.body.error_description ?? refused.body.message ?? 'no reason given'}; ${adviceOf(refused.status)}`,
  );
}

const addressOf = (flag: string, value: string | undefined): string => {
  if (value !== undefined && URL.canParse(value) && /^https?:/.test(value)) return value.replace(/\/+$/, '').replace(/\/v1$/, '');
  throw new SettingsError(`--${flag} is ${JSON.stringify(value)}; expected an address, such as https://${flag}.pingone.com`);
};

/** An environment of a tenant, and the worker application that acts there. */
export interface TenantAccess {
  /** Addresses without a path, such as https://api.pingone.eu. */
  readonly api: string;
  readonly auth: string;
  /** The id of the environment. */
  readonly environment: string;
  readonly clientId: string;
  readonly secret: string;
}

/** Reads the flags and the file of the secret. Anything missing ends the command with exit code 2. */
export function readTenantAccess(values: { readonly [Name in keyof typeof tenantFlags]?: string }): TenantAccess {
  const [api, auth] = [addressOf('api', values.api), addressOf('auth', values.auth)];
  const { environment, 'client-id': clientId, 'client-secret-file': secretFile } = values;
  if (environment === undefined || !uuid.test(environment)) throw new SettingsError('--environment: expected an environment id, a UUID');
  if (clientId === undefined || secretFile === undefined)
    throw new SettingsError('--client-id and --client-secret-file: expected the credentials of a worker application');
  return { api, auth, environment, clientId, secret: readTextFile(secretFile).trim() };
}
