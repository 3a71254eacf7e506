import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCommand } from '../../src/cli/run.js';
import { holdTimers } from '../helpers/hold-timers.js';
import { environmentId, ids } from '../helpers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'silent-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'worker-secret\n');

/** A server that answers token requests, if it `issuesTokens`, and never anything else. */
async function silent(t: Test, issuesTokens: boolean) {
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (issuesTokens && request.url?.endsWith('/as/token')) response.end('{"access_token":"t","token_type":"Bearer","expires_in":3600}');
    else waiting.shift()?.();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => new Promise<void>((resolve) => void waiting.push(resolve)),
  };
}

interface Silence {
  readonly name: string;
  readonly issuesTokens?: true;
  argv(url: string): string[];
  readonly env?: (url: string) => Record<string, string>;
  readonly seconds: number;
  readonly code?: number;
  message(url: string): string;
}

const tenant = (command: string) => (url: string) => [
  command,
  ...['--api', url, '--auth', url, '--environment', environmentId, '--client-id', ids.worker, '--client-secret-file', secretFile],
];

const silences: readonly Silence[] = [
  {
    name: 'pull, for its token',
    argv: tenant('pull'),
    seconds: 30,
    message: (url) => `${url} did not answer within 30 seconds: is --auth correct?`,
  },
  {
    name: 'pull, for what it reads',
    issuesTokens: true,
    argv: tenant('pull'),
    seconds: 30,
    message: (url) => `${url} did not answer within 30 seconds: is --api correct?`,
  },
  {
    name: 'verify, for its token',
    argv: tenant('verify'),
    seconds: 30,
    message: (url) => `${url} did not answer within 30 seconds: is --auth correct?`,
  },
  {
    name: 'verify, for what it asks',
    issuesTokens: true,
    argv: tenant('verify'),
    seconds: 30,
    message: (url) => `${url} did not answer within 30 seconds: is --api correct?`,
  },
  {
    name: 'expression, of the control API',
    argv: (url) => ['expression', '1', '--url', url],
    seconds: 10,
    message: (url) => `${url} does not answer (no answer within 10 seconds). Is the mock running? Give its address with --url`,
  },
  {
    name: 'start, for a seed by URL',
    argv: () => ['start'],
    env: (url) => ({ PINGONE_MOCK_CONFIG_FILE: `${url}/seed.json`, PINGONE_MOCK_PORT: '0' }),
    seconds: 10,
    code: 2,
    message: (url) => `${url}/seed.json: cannot be read (no answer within 10 s)`,
  },
];

for (const { name, issuesTokens = false, argv, env, seconds, message, code = 1 } of silences)
  t.test(`a server that never answers ends ${name}, with the reason`, async (t) => {
    const { url, asked } = await silent(t, issuesTokens);
    const errors: string[] = [];
    const pass = holdTimers(t, seconds * 1000);
    const reached = asked();
    const ended = runCommand({
      argv: argv(url),
      env: env?.(url) ?? {},
      output: { write: () => {} },
      errors: { write: (text) => void errors.push(text) },
      stop: new AbortController().signal,
    });
    await reached;
    pass(seconds * 1000 - 1);
    t.same(errors, [], 'it still waits');
    pass(1);
    t.equal(await ended, code);
    t.equal(errors.join(''), `pingone-mock: ${message(url)}\n`);
  });
