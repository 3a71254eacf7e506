import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCommand } from '../../src/cli/run.js';
import type { Report } from '../../src/cli/verify/report.js';
import { environmentId, ids } from './server.js';

export const folder = mkdtempSync(join(tmpdir(), 'verify-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'worker-secret\n');
const reportFile = join(folder, 'report.json');

/** Runs the command against an address that is api and auth host in one. */
export async function verify(url: string, flags: readonly string[] = [], stop = new AbortController().signal) {
  const [output, errors]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) => ({ write: (text: string) => void lines.push(text) });
  const own = ['--environment', environmentId, '--client-id', ids.worker, '--client-secret-file', secretFile];
  const argv = ['verify', '--api', url, '--auth', url, ...own, ...flags];
  const code = await runCommand({ argv, env: {}, output: stream(output), errors: stream(errors), stop });
  return { code, output: output.join(''), errors: errors.join('') };
}

/** The report that a run wrote. */
export async function report(url: string, ...flags: string[]) {
  const { code, output, errors } = await verify(url, ['--report', reportFile, ...flags]);
  const text = readFileSync(reportFile, 'utf8');
  return { code, output, errors, text, ...(JSON.parse(text) as Report) };
}

/** An answer on its way back. */
export interface Altered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A server between the command and the mock, which alters what the mock answers. */
export async function proxy(t: Test, target: string, alter: (asked: IncomingMessage, answer: Altered) => void): Promise<string> {
  const forward = (asked: IncomingMessage, reply: ServerResponse) => {
    const { method, url, headers } = asked;
    const { hostname, port } = new URL(target);
    const forwarded = request({ hostname, port, method, path: url, headers }, (answered) => {
      let text = '';
      answered.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answered.on('end', () => {
        const answer = { status: answered.statusCode ?? 0, headers: { ...answered.headers }, text };
        alter(asked, answer);
        const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = answer.headers;
        reply.writeHead(answer.status, kept).end(answer.text);
      });
    });
    asked.pipe(forwarded);
  };
  const server = createServer(forward);
  t.teardown(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A JWT with other claims, as it would be without its signature. */
export function withClaims(token: string, alter: (claims: object) => object): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return [header, Buffer.from(JSON.stringify(alter(claims))).toString('base64url'), signature].join('.');
}
