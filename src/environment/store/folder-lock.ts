import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataFolderError } from './damage.js';

interface Holder {
  pid: number;
  /** When this process started, as its system counts: the same number may belong to another process by now. */
  startedAt?: string;
}

/**
 * Linux tells when a process started; in a container, where a server is often number 1 each time, nothing else can. It
 * also tells of one that has ended and that nobody has waited for yet: a zombie holds nothing.
 */
function statusOf(pid: number): { ended: boolean; startedAt?: string | undefined } {
  if (process.platform !== 'linux') return { ended: false };
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses and may hold anything (proc(5): state is field 3, starttime field 22).
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { ended: fields[0] === 'Z' || fields[0] === 'X', startedAt: fields[19] };
  } catch {
    return { ended: false };
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const status = statusOf(pid);
  return !status.ended && (startedAt === undefined || startedAt === (status.startedAt ?? startedAt));
}

function parseHolder(text: string): Holder | undefined {
  const found = /^(\d{1,10})(?: (\d+))?\n$/.exec(text);
  return found ? { pid: Number(found[1]), ...(found[2] ? { startedAt: found[2] } : {}) } : undefined;
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

const readText = (file: string) =>
  readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });

/** Takes a stale lock away; where somebody else was faster and this is a new one, puts it back. */
async function takeAway(file: string, stale: string): Promise<void> {
  const away = `${file}.stale-${process.pid}`;
  try {
    await rename(file, away);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readText(away)) !== stale) await link(away, file);
  await rm(away, { force: true });
}

/** Makes this process the only one that writes to a folder. Returns what ends that. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, '.lock');
  const startedAt = statusOf(process.pid).startedAt;
  const mine = `${process.pid}${startedAt === undefined ? '' : ` ${startedAt}`}\n`;

  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const text = await readText(file);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder ? isAlive(holder) : attempt < 5) {
      if (holder) {
        const who = holder.pid === process.pid ? 'this process has it open already' : `process ${holder.pid} has it open`;
        throw new DataFolderError(`${folder} can not be used: ${who}. Stop it, or choose another data folder.`);
      }
      // Made, but not written yet: its owner is about to.
      await pause(20);
      continue;
    }
    await takeAway(file, text);
  }
}
