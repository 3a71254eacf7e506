import { setTimeout as wait } from 'node:timers/promises';
import { collectSeed } from '../configuration/seed/collect.js';
import type { ManagementReader } from '../configuration/seed/collected.js';
import { membersOf, parseJson } from '../lib/unknown.js';
import { onUploadsHost } from '../pingone/hosts.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { outputTo } from './output-file.js';
import { asked, inTime, readTenantAccess, tenantFlags, workerToken } from './tenant.js';

const flags = {
  ...tenantFlags,
  users: 'alone',
  secrets: 'alone',
  out: 'text',
} as const;

/** Suspends the webhooks of a seed: a mock would post the events of tests to the tenant's own targets. Returns their names. */
function suspendWebhooks(environment: object | undefined): string[] {
  const { subscriptions = [] } = (environment ?? {}) as { subscriptions?: { name: string; enabled: boolean }[] };
  const enabled = subscriptions.filter((subscription) => subscription.enabled);
  for (const subscription of enabled) subscription.enabled = false;
  return enabled.map(({ name }) => name);
}

/** Reads images only from the host for uploads that belongs to an API: a theme may contain any address. */
const imagesOf =
  (api: string, signal: AbortSignal): ManagementReader['image'] =>
  async (href) => {
    if (!URL.canParse(href) || ![new URL(api).origin, onUploadsHost(new URL(api).origin)].includes(new URL(href).origin)) return undefined;
    const read = async (limit: AbortSignal): Promise<Uint8Array | undefined> => {
      const answer = await asked('api', href, { signal: limit });
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      await answer.body?.cancel();
      return undefined;
    };
    return inTime('api', href, read, signal);
  };

/** Reads over HTTP: waits when the server asks for it, and skips what it may not read. */
function readerOf(api: string, token: string, signal: AbortSignal, skipped: string[]): ManagementReader {
  const read = async (path: string, accept: string, optional = false): Promise<string | undefined> => {
    const address = `${api}/v1${path}`;
    const ask = async (limit: AbortSignal) => {
      const answer = await asked('api', address, { headers: { authorization: `Bearer ${token}`, accept }, signal: limit });
      return { answer, text: await answer.text() };
    };
    for (let attempt = 1; ; attempt += 1) {
      const { answer, text } = await inTime('api', address, ask, signal);
      if (answer.ok) return text;
      if (answer.status === 401)
        throw new Error(`${api} refuses the token (401): do --api and --auth belong to the same region, or the same mock?`);
      if (answer.status !== 429 || attempt === 5) {
        if (!(optional && answer.status === 404)) skipped.push(`${path} (${answer.status})`);
        return undefined;
      }
      const seconds = Math.min(Number(answer.headers.get('retry-after')) || attempt, 30);
      await wait(seconds * 1000, undefined, { signal });
    }
  };
  return {
    image: imagesOf(api, signal),
    read: async (path, { optional } = {}) => {
      const text = await read(path, 'application/json', optional);
      return text === undefined ? undefined : membersOf(parseJson(text));
    },
    text: (path, accept) => read(path, accept),
  };
}

/** Makes a seed from a PingOne environment, read through the management API. */
export const pull: Run = async ({ argv, output, errors, stop }) => {
  const { values } = readArguments(argv, flags, 0);
  const write = outputTo('--out', values.out, output);
  const access = readTenantAccess(values);
  const { api, environment, clientId, secret } = access;
  const skipped: string[] = [];
  const token = await workerToken(access, stop);
  const reader = readerOf(api, token, stop, skipped);
  // A worker cannot read its own secret, but it is known here.
  const ownSecret = `/environments/${environment}/applications/${clientId}/secret`;
  const read: typeof reader.read = async (path, options) => (path === ownSecret ? { secret } : reader.read(path, options));
  const seed = await collectSeed(
    { ...reader, read },
    {
      environmentId: environment,
      users: values.users ?? false,
      secrets: values.secrets ?? false,
      onLeftOut: (text) => skipped.push(text),
    },
  );
  const suspended = suspendWebhooks(seed.environments[0]);
  write(`${JSON.stringify(seed, null, 2)}\n`);
  if (skipped.length > 0) errors.write(`pingone-mock: skipped, because it could not be read:\n  ${skipped.join('\n  ')}\n`);
  if (suspended.length > 0)
    errors.write(
      `pingone-mock: these webhooks are not enabled in the seed, so that no mock posts to their targets:\n  ${suspended.join('\n  ')}\n`,
    );
  return 0;
};
