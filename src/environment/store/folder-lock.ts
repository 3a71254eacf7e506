import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataFolderError } from './damage.js';

interface Holder {
  pid: number;
  /** The start time of the process, by which it differs from a later one with the same pid. */
  startedAt?: string;
}

/**
 * The state and the start time of a process, on Linux only. In a container the server's pid is often 1, and only the
 * start time distinguishes two runs. A zombie process does not hold the lock.
 */
function statusOf(pid: number): { ended: boolean; startedAt?: string | undefined } {
  if (process.platform !== 'linux') return { ended: false };
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name is in parentheses and may contain anything (proc(5): state is field 3, starttime field 22).
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
    // EPERM: it is alive, and belongs to another user.
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

/** Removes a stale lock. If another process has replaced it meanwhile, puts that one back. */
async function removeStale(file: string, stale: string): Promise<void> {
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

/** Creates a file that must not exist yet. On a full disk, none is left. */
async function createFile(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Makes this process the only one that writes to a folder. Returns the function that unlocks it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, '.lock');
  const startedAt = statusOf(process.pid).startedAt;
  const mine = `${process.pid}${startedAt === undefined ? '' : ` ${startedAt}`}\n`;

  for (let attempt = 0; ; attempt += 1) {
    try {
      await createFile(file, mine);
      return () => rm(file, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const text = await readText(file);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder ? isAlive(holder) : attempt < 5) {
      if (holder) {
        const who = holder.pid === process.pid ? 'this process has already opened it' : `process ${holder.pid} has it open`;
        throw new DataFolderError(`${folder} cannot be used: ${who}. Stop it, or choose another data folder.`);
      }
      // Another process has created it, and is about to write it.
      await pause(20);
      continue;
    }
    await removeStale(file, text);
  }
}
