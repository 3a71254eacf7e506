const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'disk full',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file size limit reached',
  EROFS: 'file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'disk error',
};

/** What the system refused, in words a person looks for. */
export const refusalOf = ({ code = '' }: NodeJS.ErrnoException): string | undefined => reasons[code];

/** A write that the system refused. It has been undone: memory holds what the disk holds. */
export class WriteFailure extends Error {
  constructor(
    /** In few words: `disk full`. */
    readonly reason: string,
    file: string,
    cause: NodeJS.ErrnoException,
  ) {
    super(`${reason}: ${file} could not be written (${cause.message})`, { cause });
  }
}

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

/** Translates what the system refuses while this file is written. */
export async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? new WriteFailure(refusalOf(error) ?? error.code, file, error) : error;
  }
}
