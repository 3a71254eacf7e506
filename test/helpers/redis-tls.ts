import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { freePort } from './redis.js';

/** A certificate for a server of this machine, and the authority that has issued it. */
export interface ServerCertificate {
  /** PEM of the authority, as NODE_EXTRA_CA_CERTS names it. */
  readonly authority: string;
  /** A free port, and what makes Redis or a sentinel listen there with TLS, by the names of its settings. */
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** @param names what the certificate is for, such as `DNS:localhost` */
export async function makeServerCertificate(t: Pick<Test, 'teardown'>, names: string): Promise<ServerCertificate> {
  // Not `testdir`, which a test has once.
  const dir = await mkdtemp(join(tmpdir(), 'tls-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const openssl = (command: string) => execFileSync('openssl', command.split(' '), { cwd: dir, stdio: 'pipe' });
  const key = '-newkey rsa:2048 -nodes';
  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 9 -subj /CN=Authority`);
  openssl(`req ${key} -keyout key.pem -out request.pem -subj /CN=localhost -addext subjectAltName=${names}`);
  openssl('x509 -req -in request.pem -CA ca.pem -CAkey ca.key -copy_extensions copy -days 9 -out cert.pem');
  const port = await freePort();
  const authority = join(dir, 'ca.pem');
  const settings = {
    'tls-port': String(port),
    'tls-cert-file': join(dir, 'cert.pem'),
    'tls-key-file': join(dir, 'key.pem'),
    'tls-ca-cert-file': authority,
    'tls-auth-clients': 'no',
  };
  return { authority, port, settings };
}

/** Settings as arguments of a command. */
export const asFlags = (settings: ServerCertificate['settings']): string[] =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
