import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../../lib/random.js';
import { readTextFile, whyUnwritable } from '../../lib/text-file.js';
import { notPermitted, type Subjects } from '../../lib/x509/extensions.js';
import { SettingsError } from '../../settings/read.js';
import { type Authority, makeAuthority, privateKeyPem, readAuthority, toPem } from './authority.js';

/** An authority with less time left is replaced. */
const leastLifeMilliseconds = 24 * 60 * 60 * 1000;

export interface KeptAuthority {
  readonly authority: Authority;
  readonly warnings: readonly string[];
}

/** `ca-key.pem` holds key and certificate, so that both appear in one step; `ca.pem` is the certificate for clients to trust. */
const files = (folder: string) => ({ own: join(folder, 'ca-key.pem'), shown: join(folder, 'ca.pem') });

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

function readKept(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : String(error));
  }
}

function parse(path: string, text: string): Authority {
  try {
    return readAuthority(text);
  } catch (error) {
    throw new SettingsError(
      `${path} does not hold a certificate authority (${error instanceof Error ? error.message : error}); remove it, and a new one is made`,
    );
  }
}

const writeShown = (path: string, { certificate }: Authority): void => writeFileSync(path, toPem(certificate), { mode: 0o644 });

/** Creates a folder and its parents, one by one: below /proc, mkdir's `recursive` never returns (Node 20). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Writes a new authority, unless another process was faster: then that one is used. */
function keep(folder: string, authority: Authority): void {
  const { own, shown } = files(folder);
  const draft = `${own}.${process.pid}`;
  makeFolder(folder);
  writeFileSync(draft, privateKeyPem(authority.privateKey) + toPem(authority.certificate), { mode: 0o600 });
  try {
    linkSync(draft, own);
    writeShown(shown, authority);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The authority of a folder, made if there is none, so that clients need to trust it only once. If the folder is not writable, it lasts until the server stops. */
export function openAuthority(folder: string, permitted: Subjects, now: number, random: Random): KeptAuthority {
  const { own, shown } = files(folder);
  const warnings: string[] = [];
  const kept = existsSync(own) ? parse(own, readKept(own)) : undefined;
  if (kept && kept.endsAt > now + leastLifeMilliseconds) {
    const missing = notPermitted(kept.certificate, permitted);
    if (missing.length > 0)
      throw new SettingsError(
        `the certificate authority in ${folder} may not sign for ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' and more' : ''}; ` +
          `remove ${own}, and trust the new one that is made`,
      );
    try {
      if (!existsSync(shown)) writeShown(shown, kept);
    } catch (error) {
      warnings.push(`${shown} ${whyUnwritable(shown, error)}`);
    }
    return { authority: kept, warnings };
  }
  const authority = makeAuthority(permitted, now, random);
  try {
    if (kept) {
      warnings.push(`the certificate authority in ${folder} expired; a new one was made, which clients must trust`);
      rmSync(own);
    }
    keep(folder, authority);
    return { authority: parse(own, readKept(own)), warnings };
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    warnings.push(`the certificate authority lasts only until the server stops: ${own} ${whyUnwritable(own, error)}`);
    return { authority, warnings };
  }
}
