import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

/** What the system says when it refuses a write. */
export const systemError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: refused by the test, write`), { code, syscall: 'write', errno: -1 });

export interface FailingDisk {
  /** The append after `after` others fails, and those after it, until `mend`. */
  fail(code: string, after?: number): void;
  /** Only the first half of what is written arrives from now on. */
  mend(): void;
  /** How many appends succeeded since the last `fail` or `mend`. */
  readonly appends: number;
}

/**
 * Makes appends to change logs of this process fail at the last step, when their bytes are in the file already. Where the
 * system itself can be made to refuse, a test should rather do that.
 */
export async function failingDisk(t: Test): Promise<FailingDisk> {
  const handle = await open(fileURLToPath(import.meta.url));
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const original = prototype.datasync;
  let left = Number.POSITIVE_INFINITY;
  let appends = 0;
  let refusal = '';
  prototype.datasync = async function datasync(this: FileHandle) {
    if (left <= 0) throw systemError(refusal);
    left -= 1;
    appends += 1;
    await original.call(this);
  };
  t.teardown(() => {
    prototype.datasync = original;
  });
  return {
    fail(code, after = 0) {
      [refusal, left, appends] = [code, after, 0];
    },
    mend() {
      [left, appends] = [Number.POSITIVE_INFINITY, 0];
    },
    get appends() {
      return appends;
    },
  };
}
