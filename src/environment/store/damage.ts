import { isUtf8 } from 'node:buffer';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import type { Place } from './json-place.js';

/** Something in the data folder that could not be read. What could be read is in use; what stood there is set aside. */
export interface Damage extends Place {
  file: string;
  reason: string;
  /** The file as it was, under its new name. */
  setAside: string;
}

export type OnDamage = (damage: Damage) => void;

/** The data folder can not be used: somebody else has it, or it is closed. */
export class DataFolderError extends Error {}

/** A place in a file that does not read. */
export class Unreadable extends Error {
  constructor(
    readonly place: Place,
    reason: string,
  ) {
    super(reason);
  }
}

/** The next free name for what stood in this file. */
export function freeName(file: string): string {
  let count = 1;
  while (existsSync(`${file}.damaged-${count}`)) count += 1;
  return `${file}.damaged-${count}`;
}

/**
 * Keeps a damaged file under the next free name. Copied where the rest of it is in use: until that has been written
 * anew, the file stays what it was, and a crash in between loses nothing.
 */
export function setAside(file: string, how: 'move' | 'copy'): string {
  const aside = freeName(file);
  if (how === 'move') renameSync(file, aside);
  else copyFileSync(file, aside);
  return aside;
}

/** The text of a file or of a line; bytes that are no UTF-8 are never quietly replaced. */
export function decode(bytes: Uint8Array): string {
  const lossy = new TextDecoder();
  if (isUtf8(bytes)) return lossy.decode(bytes);
  for (let start = 0, line = 1; ; line += 1) {
    const feed = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, feed === -1 ? bytes.length : feed);
    if (!isUtf8(part)) throw new Unreadable({ line, column: lossy.decode(part).indexOf('\uFFFD') + 1 }, 'this is not UTF-8');
    start = feed + 1;
  }
}
