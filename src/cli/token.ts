import { toSeconds } from '../lib/clock.js';
import { parseDuration } from '../lib/duration.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Invocation, Run } from './command.js';
import { askControl, mockUrl, NotRunning } from './control-client.js';
import { readObject } from './json-flag.js';
import { openOffline } from './offline.js';

const flags = {
  sub: 'text',
  'client-id': 'text',
  scope: 'text',
  audience: 'text',
  claims: 'text',
  'expires-in': 'text',
  invalid: 'text',
  env: 'text',
  issuer: 'text',
  url: 'text',
  offline: 'alone',
  json: 'alone',
} as const;

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (parseDuration(text) ?? Number.NaN) / 1000;
  if (Number.isFinite(seconds)) return seconds;
  throw new SettingsError(`--expires-in is ${JSON.stringify(text)}; expected a duration, such as 5m, or seconds`);
}

interface Wanted {
  readonly sub?: string | undefined;
  readonly client_id?: string | undefined;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  readonly claims?: Record<string, unknown> | undefined;
  readonly expires_in?: number | undefined;
  readonly invalid?: string | undefined;
}

/**
 * Makes a token without a server, signed with the built-in key "default", which every mock with the default seed
 * publishes in its JWKS.
 */
async function mintOffline(wanted: Wanted, environmentId: string | undefined, issuer: string): Promise<Record<string, unknown>> {
  const { environments } = await openOffline({ environmentId: environmentId === 'default' ? undefined : environmentId });
  const environment = environments.list()[0];
  if (!environment) throw new SettingsError('the seed has no environment');
  const { clock, keys, random, record, store } = environment;
  const [user] = wanted.sub === undefined ? [] : await store.users.find('username', wanted.sub.toLowerCase());
  const now = toSeconds(clock.now());
  const expiresIn = wanted.expires_in ?? 3600;
  const claims = {
    client_id: wanted.client_id ?? 'pingone-mock',
    iss: issuer.replace('{env}', record.id),
    jti: random.uuid(),
    iat: now,
    exp: now + expiresIn,
    aud: [wanted.audience ?? 'https://api.pingone.com'],
    ...(wanted.scope !== undefined && { scope: wanted.scope }),
    ...(wanted.sub !== undefined && { sub: user?.id ?? wanted.sub }),
    env: record.id,
    org: record.organization.id,
    ...wanted.claims,
  };
  const header = { alg: 'RS256', kid: keys.default.kid };
  // null removes a claim.
  const payload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
  const token = await keys.default.sign(header, payload);
  return { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
}

async function mint(
  { env, stop, errors }: Invocation,
  wanted: Wanted,
  values: { url?: string; env?: string; issuer?: string; offline?: boolean },
): Promise<unknown> {
  const url = mockUrl(values.url, env);
  const offline = () => {
    if (wanted.invalid !== undefined) throw new SettingsError(`--invalid needs a running mock, but none answers at ${url}`);
    return mintOffline(wanted, values.env, values.issuer ?? `${url.replace('127.0.0.1', 'localhost')}/{env}/as`);
  };
  if (values.offline || values.issuer !== undefined) {
    if (wanted.invalid !== undefined) throw new SettingsError('--invalid needs a running mock: omit --offline and --issuer');
    return offline();
  }
  const body = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  try {
    return await askControl(url, `/environments/${values.env ?? 'default'}/tokens`, { body, signal: stop });
  } catch (error) {
    if (!(error instanceof NotRunning) || values.url !== undefined) throw error;
    const made = await offline();
    errors.write('pingone-mock: no mock is running: signed offline with the built-in key\n');
    return made;
  }
}

/** Prints an access token, from a running mock or signed offline. */
export const token: Run = async (invocation) => {
  const { values } = readArguments(invocation.argv, flags, 0);
  if (values.invalid === 'nonce' && !values.json)
    throw new SettingsError('--invalid nonce affects only ID tokens: add --json to print the ID token too');
  const wanted: Wanted = {
    sub: values.sub,
    client_id: values['client-id'],
    scope: values.scope,
    audience: values.audience,
    claims: readObject('--claims', values.claims, '{"roles":["admin"]}'),
    expires_in: readSeconds(values['expires-in']),
    invalid: values.invalid,
  };
  const answer = await mint(invocation, wanted, values);
  const { access_token: accessToken } = answer as { access_token?: string };
  invocation.output.write(`${values.json ? JSON.stringify(answer) : accessToken}\n`);
  return 0;
};
