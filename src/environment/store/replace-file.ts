import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

const temporaryName = (file: string) => path.join(path.dirname(file), `.${path.basename(file)}.new`);

export const isTemporaryName = (name: string): boolean => name.startsWith('.') && name.endsWith('.json.new');

/** Replaces a file in one step: a reader, or a start after a kill, finds the old or the new contents. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const fresh = temporaryName(file);
  try {
    const handle = await open(fresh, 'w', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    // On a full disk, what was written of it takes the room that others need.
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
}
