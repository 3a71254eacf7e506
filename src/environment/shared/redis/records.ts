import { parseOwn } from '../../../lib/unknown.js';
import type { AnnouncedChange, LogEntry, Place, StoredRecord } from '../backend.js';
import { abbreviate, type Known, restore } from './abbreviate.js';

/** A text without tabs and line breaks, another one for each text. */
export const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const unescaped = (text: string): string => parseOwn<string>(`"${text}"`);

/** The value of an index as a header and the keys of Redis have it. */
export const valueField = (value: string | undefined): string => (value === undefined ? '' : `=${escaped(value)}`);

const written = new WeakMap<Place, string>();

/** A place as the scripts read it, without its environment: its name, and of each index whether it is unique. */
export function writePlace(place: Place): string {
  const known = written.get(place);
  if (known !== undefined) return known;
  const text = `\t${place.name}\t${place.indexes.map(({ unique }) => (unique ? 'u' : 'i')).join('')}`;
  written.set(place, text);
  return text;
}

/** What is known of a record beside its text: it need not be in there again. */
const knownOf = (environmentId: string, id: string, endsAt: string, values: string): Known => ({
  id,
  parts: [environmentId, id, endsAt, ...values.split('\t').map((value) => value.slice(1))],
});

/** The text of a record as it is stored. `values` are those of its indexes, as `valueField` writes them, with tabs between them. */
export const writeText = (
  place: Place,
  id: string,
  { text, values, endsAt = '' }: { text: string; values: string; endsAt?: number | '' },
) => abbreviate(text, knownOf(place.environmentId, id, String(endsAt), values));

/** What `scripts.ts` has written: a header of sequence, end and values; then the text. */
export function readRecord({ environmentId }: Place, id: string, record: string): StoredRecord {
  const end = record.indexOf('\n');
  const afterSequence = record.indexOf('\t');
  const afterEnd = record.indexOf('\t', afterSequence + 1);
  const endsAt = record.slice(afterSequence + 1, afterEnd);
  const text = restore(record.slice(end + 1), knownOf(environmentId, id, endsAt, record.slice(afterEnd + 1, end)));
  return { sequence: Number(record.slice(0, afterSequence)), endsAt: endsAt === '' ? undefined : Number(endsAt), text };
}

/** The same for a record with its id in front. */
export function readNamedRecord(place: Place, named: string): StoredRecord {
  const end = named.indexOf('\n');
  return readRecord(place, named.slice(0, end), named.slice(end + 1));
}

/** An announced change as a script has published it. */
export function readMessage(message: string): AnnouncedChange {
  const end = message.indexOf('\n');
  const [version, sequence, environmentId = '', name = '', kind, id = ''] = message.slice(0, end).split('\t');
  const put = kind === 'put' ? { sequence: Number(sequence), text: message.slice(end + 1) } : undefined;
  return { version: Number(version), environmentId, name, id: unescaped(id), put };
}

const knownOfLog = (environmentId: string): Known => ({ parts: [environmentId] });

/** The text of an entry as a log has it. */
export const writeEntry = (environmentId: string, text: string): string => abbreviate(text, knownOfLog(environmentId));

/** An entry of a log as `scripts.ts` has written it. */
export function readEntry(environmentId: string, entry: string): LogEntry {
  const end = entry.indexOf('\t');
  return { number: Number(entry.slice(0, end)), text: restore(entry.slice(end + 1), knownOfLog(environmentId)) };
}
