import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import { membersOf, parseJson, textMember } from '../../src/lib/unknown.js';
import { type Ended, runChild } from './child.js';

/** A server that shares its state with others, as a process of its own. */
export interface Replica {
  readonly url: string;
  readonly process: ChildProcess;
  /** Its standard error so far. */
  errors(): string;
}

const command = new URL('../../src/cli.js', import.meta.url).pathname;

/** Starts a replica on a free port; rejects with what it wrote where it does not get ready. */
export async function startReplica(
  t: Pick<Test, 'teardown'>,
  store: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Replica> {
  const given = ['--port', '0', '--json', '--store', store, ...args];
  const child = spawn(process.execPath, [command, ...given], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = textMember(parseJson(line), 'url');
    if (textMember(parseJson(line), 'event') !== 'ready' || url === undefined) continue;
    child.stdout.resume();
    return { url, process: child, errors: () => errors };
  }
  await ended;
  throw new Error(`exit code ${child.exitCode}: ${errors}`);
}

/** Runs the command until it ends by itself: for servers that are to refuse their start. */
export const runServer = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  runChild(process.execPath, [command, '--port', '0', '--json', ...args], { env: { ...process.env, ...env } });

/** Starts several replicas at once. */
export const startFleet = (t: Pick<Test, 'teardown'>, store: string, count = 3, args: readonly string[] = []): Promise<Replica[]> =>
  Promise.all(Array.from({ length: count }, () => startReplica(t, store, args)));

/** The SPA of the default seed. */
const [environmentId, clientId] = ['e0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
const redirectUri = 'https://example.com/callback';

/** A request of a sign-on that was answered with another status than 200. */
export class SignOnRefused extends Error {}

/** Reads an answer of 200. Any other one is an error, after `otherwise` has seen it. */
async function readAnswer(response: Response, otherwise: (response: Response) => Promise<void>): Promise<unknown> {
  if (response.status === 200) return response.json();
  await otherwise(response);
  throw new SignOnRefused(`${new URL(response.url).pathname} answered ${response.status}`);
}

/**
 * Signs alice on with PKCE. Each request goes to the replica that `next` names.
 * @param otherwise is given an answer that ends the sign-on
 */
export async function signOn(
  next: () => string,
  otherwise: (response: Response) => Promise<void> = async () => {},
): Promise<{ readonly redeem: (at?: string) => Promise<Response> }> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    response_mode: 'pi.flow',
  });
  const ask = async (path: string, init?: RequestInit) => readAnswer(await fetch(`${next()}/${environmentId}/${path}`, init), otherwise);
  const id = textMember(await ask(`as/authorize?${query}`), 'id');
  const checked = await ask(`flows/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    body: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
  });
  const status = textMember(checked, 'status');
  if (status !== 'COMPLETED') throw new Error(`the flow is ${status}`);
  const resumed = membersOf(await ask(`as/resume?flowId=${id}`));
  const code = textMember(resumed.authorizeResponse, 'code') ?? '';
  const body = () =>
    new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  return { redeem: (at = next()) => fetch(`${at}/${environmentId}/as/token`, { method: 'POST', body: body() }) };
}

export const jwksOf = async (url: string): Promise<string> => (await fetch(`${url}/${environmentId}/as/jwks`)).text();
