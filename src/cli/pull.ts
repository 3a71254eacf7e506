import { writeFile } from 'node:fs/promises';
import { collectSeed } from '../configuration/seed/collect.js';
import type { ManagementReader } from '../configuration/seed/collected.js';
import { readTextFile } from '../lib/text-file.js';
import { onUploadsHost } from '../pingone/hosts.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';

const flags = {
  api: 'text',
  auth: 'text',
  environment: 'text',
  'client-id': 'text',
  'client-secret-file': 'text',
  users: 'alone',
  secrets: 'alone',
  out: 'text',
} as const;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface TokenAnswer {
  readonly access_token?: string;
  readonly error_description?: string;
  readonly message?: string;
}

/** Fetches. If no server answers, the error names the address and its flag. */
async function asked(flag: 'api' | 'auth', address: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    throw new Error(`${new URL(address).origin} does not answer (${code ?? (error as Error).message}): is --${flag} correct?`);
  }
}

const adviceOf = (status: number): string =>
  status === 404
    ? 'does the environment in --environment exist, and is --auth its address?'
    : 'do --client-id and --client-secret-file belong to an enabled worker of this environment, with the client credentials grant and roles?';

/** A worker's token: by Basic authentication first, then with the credentials in the body. */
async function workerToken(auth: string, environment: string, clientId: string, secret: string, signal: AbortSignal): Promise<string> {
  const ask = async (headers: Record<string, string>, form: Record<string, string>) => {
    const answer = await asked('auth', `${auth}/${environment}/as/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
      signal,
    });
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as TokenAnswer };
  };
  const basic = await ask({ authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` }, {});
  const posted = basic.status === 401 ? await ask({}, { client_id: clientId, client_secret: secret }) : basic;
  const { access_token: token } = posted.body;
  if (token !== undefined) return token;
  // A refusal of the authentication method says nothing: the application is set to the other one.
  const refused = /authentication method/i.test(posted.body.error_description ?? '') ? basic : posted;
  throw new Error(
    `${auth} issued no token (${refused.status}): ${refused.body.error_description ?? refused.body.message ?? 'no reason given'}; ${adviceOf(refused.status)}`,
  );
}

/** Reads images from the host for uploads that belongs to an API, and from no other: an address in a theme may be any. */
const imagesOf =
  (api: string, signal: AbortSignal): ManagementReader['image'] =>
  async (href) => {
    if (!URL.canParse(href) || ![new URL(api).origin, onUploadsHost(new URL(api).origin)].includes(new URL(href).origin)) return undefined;
    const answer = await fetch(href, { signal });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    await answer.body?.cancel();
    return undefined;
  };

/** Reads over HTTP: waits when the server asks for it, and skips what it may not read. */
const readerOf = (api: string, token: string, signal: AbortSignal, skipped: string[]): ManagementReader => ({
  image: imagesOf(api, signal),
  async read(path) {
    for (let attempt = 1; ; attempt += 1) {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
      const answer = await asked('api', `${api}/v1${path}`, { headers, signal });
      if (answer.ok) return (await answer.json()) as Record<string, unknown>;
      if (answer.status !== 429 || attempt === 5) {
        await answer.body?.cancel();
        if (answer.status === 401)
          throw new Error(`${api} refuses the token (401): do --api and --auth belong to the same region, or the same mock?`);
        skipped.push(`${path} (${answer.status})`);
        return undefined;
      }
      await answer.body?.cancel();
      const seconds = Math.min(Number(answer.headers.get('retry-after')) || attempt, 30);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  },
});

const addressOf = (flag: string, value: string | undefined): string => {
  if (value !== undefined && URL.canParse(value) && /^https?:/.test(value)) return value.replace(/\/+$/, '').replace(/\/v1$/, '');
  throw new SettingsError(`--${flag} is ${JSON.stringify(value)}; expected an address, such as https://${flag}.pingone.com`);
};

/** Makes a seed from a PingOne environment, read through the management API. */
export const pull: Run = async ({ argv, output, errors, stop }) => {
  const { values } = readArguments(argv, flags, 0);
  const [api, auth] = [addressOf('api', values.api), addressOf('auth', values.auth)];
  const { environment, 'client-id': clientId, 'client-secret-file': secretFile } = values;
  if (environment === undefined || !uuid.test(environment)) throw new SettingsError('--environment: expected an environment id, a UUID');
  if (clientId === undefined || secretFile === undefined)
    throw new SettingsError('--client-id and --client-secret-file: expected the credentials of a worker application');
  const secret = readTextFile(secretFile).trim();
  const skipped: string[] = [];
  const token = await workerToken(auth, environment, clientId, secret, stop);
  const seed = await collectSeed(readerOf(api, token, stop, skipped), {
    environmentId: environment,
    users: values.users ?? false,
    secrets: values.secrets ?? false,
    onLeftOut: (text) => skipped.push(text),
  });
  // A worker cannot read its own secret, but it is known here.
  if (values.secrets)
    for (const application of seed.environments[0]?.applications ?? [])
      if (application.id === clientId) Object.assign(application, { secret });
  const text = `${JSON.stringify(seed, null, 2)}\n`;
  if (values.out === undefined) output.write(text);
  else await writeFile(values.out, text);
  if (skipped.length > 0) errors.write(`pingone-mock: skipped, because it could not be read:\n  ${skipped.join('\n  ')}\n`);
  return 0;
};
