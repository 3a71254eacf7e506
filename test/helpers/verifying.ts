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

/** A request with its body. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body: string };

/**
 * A server between the command and the mock, which alters what the mock answers. `restore` turns a request's body into what the
 * mock understands, where an answer that was altered comes back.
 */
export async function proxy(
  t: Test,
  target: string,
  alter: (asked: Asked, answer: Altered) => void,
  restore: (body: string) => string = (body) => body,
): Promise<string> {
  const forward = async (asked: IncomingMessage, reply: ServerResponse) => {
    const { method, url } = asked;
    const body = restore(Buffer.concat(await asked.toArray()).toString());
    const { 'transfer-encoding': _chunked, ...headers } = asked.headers;
    if (headers['content-length'] !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    const { hostname, port } = new URL(target);
    const forwarded = request({ hostname, port, method, path: url, headers }, (answered) => {
      let text = '';
      answered.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answered.on('end', () => {
        const answer = { status: answered.statusCode ?? 0, headers: { ...answered.headers }, text };
        alter({ method, url, headers: asked.headers, body }, answer);
        const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = answer.headers;
        reply.writeHead(answer.status, kept).end(answer.text);
      });
    });
    forwarded.end(body);
  };
  const server = createServer((asked, reply) => void forward(asked, reply));
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
