import { isUtf8 } from 'node:buffer';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import type { TextPosition } from '../../lib/json-position.js';

/** Something in the data folder that is missing or could not be read. What could be read is in use. */
export interface Damage extends Partial<TextPosition> {
  file: string;
  reason: string;
  /** The file as it was, under its new name; absent where the file is missing. */
  setAside?: string;
}

/** What is wrong, where, and what to do, as a sentence for a person. */
export function describeDamage({ file, line, column, reason, setAside }: Damage): string {
  if (setAside === undefined)
    return `${file} is missing (${reason}): the server continues without it. To restore it, stop the server and put the file back from a copy`;
  const place = line === undefined ? '' : `:${line}:${column}`;
  return `${file}${place} is damaged (${reason}); it was set aside as ${setAside}`;
}

export type OnDamage = (damage: Damage) => void;

/** The data folder cannot be used: it is locked, closed or inaccessible. */
export class DataFolderError extends Error {}

/** A file cannot be read beyond this position. */
export class Unreadable extends Error {
  constructor(
    readonly position: TextPosition,
    reason: string,
  ) {
    super(reason);
  }
}

/** The next free name to set this file aside under. */
export function freeName(file: string): string {
  let count = 1;
  while (existsSync(`${file}.damaged-${count}`)) count += 1;
  return `${file}.damaged-${count}`;
}

/**
 * Keeps a damaged file under the next free name. It is copied if the rest of it is in use, so that a crash before that
 * is rewritten loses nothing.
 */
export function setAside(file: string, how: 'move' | 'copy'): string {
  const aside = freeName(file);
  if (how === 'move') renameSync(file, aside);
  else copyFileSync(file, aside);
  return aside;
}

/** Decodes UTF-8. Invalid bytes are an error, and never replaced. */
export function decodeUtf8(bytes: Uint8Array): string {
  const lossy = new TextDecoder();
  if (isUtf8(bytes)) return lossy.decode(bytes);
  for (let start = 0, line = 1; ; line += 1) {
    const feed = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, feed === -1 ? bytes.length : feed);
    if (!isUtf8(part)) throw new Unreadable({ line, column: lossy.decode(part).indexOf('\uFFFD') + 1 }, 'not UTF-8');
    start = feed + 1;
  }
}
