import { parseOwn } from '../../../lib/unknown.js';
import type { AnnouncedChange, LogEntry, Place, StoredRecord } from '../backend.js';

/** A text without tabs and line breaks, another one for each text. */
export const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const unescaped = (text: string): string => parseOwn<string>(`"${text}"`);

/** The value of an index as a header and the keys of Redis have it. */
export const valueField = (value: string | undefined): string => (value === undefined ? '' : `=${escaped(value)}`);

const written = new WeakMap<Place, string>();

/** A place as the scripts read it, without its environment: its name and its indexes, each with `u` or `i` in front. */
export function writePlace(place: Place): string {
  const known = written.get(place);
  if (known !== undefined) return known;
  const indexes = place.indexes.map(({ name, unique }) => `${unique ? 'u' : 'i'}${name}`).join('\t');
  const text = `\t${place.name}\t${indexes}`;
  written.set(place, text);
  return text;
}

/** What `scripts.ts` has written: a header of sequence, end and values; then the text. */
export function readRecord(record: string): StoredRecord {
  const end = record.indexOf('\n');
  const [sequence = '', endsAt = ''] = record.slice(0, end).split('\t', 2);
  return { sequence: Number(sequence), endsAt: endsAt === '' ? undefined : Number(endsAt), text: record.slice(end + 1) };
}

/** An announced change as a script has published it. */
export function readMessage(message: string): AnnouncedChange {
  const end = message.indexOf('\n');
  const [version, sequence, environmentId = '', name = '', kind, id = ''] = message.slice(0, end).split('\t');
  const put = kind === 'put' ? { sequence: Number(sequence), text: message.slice(end + 1) } : undefined;
  return { version: Number(version), environmentId, name, id: unescaped(id), put };
}

/** An entry of a log as `scripts.ts` has written it. */
export function readEntry(entry: string): LogEntry {
  const end = entry.indexOf('\t');
  return { number: Number(entry.slice(0, end)), text: entry.slice(end + 1) };
}
