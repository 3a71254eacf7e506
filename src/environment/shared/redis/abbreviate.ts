import { memberNames, phrases } from './abbreviations.js';

/** What is known of a text beside itself, the same when it is written and when it is read. */
export interface Known {
  /** The id of the record. */
  readonly id?: string;
  readonly parts: readonly string[];
}

/**
 * JSON has no control characters, so they can stand for what JSON texts repeat. The first ones have a letter behind them, which says
 * what of a list they stand for; the others stand alone for a phrase.
 */
const [repeated, nameMarks, ownId, asItIs] = ['\x01', ['\x02', '\x03'], '\x1e', '\x1f'] as const;
const phraseMarks = [...'\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d'];
/** The letters, of which each list has at most so many. */
const [firstLetter, letters] = [0x20, 0x5f];
const letterOf = (at: number): string => String.fromCharCode(firstLetter + at);

const shortNames = memberNames.map((name, at): [string, string] => [
  `"${name}":`,
  `${nameMarks[Math.floor(at / letters)]}${letterOf(at % letters)}`,
]);
const short = new Map([...shortNames, ...phrases.map((phrase, at): [string, string] => [phrase, phraseMarks[at] as string])]);
const long = new Map([...short].map(([text, mark]) => [mark, text]));

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** What occurs again: a UUID, a time in milliseconds, an origin, a challenge or verifier with its quotes. */
const recurring = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|1\\d{12}|https?://[\\w.:-]+|"[\\w-]{43}"';
const isRecurring = new RegExp(`^(?:${recurring})$`);
/** All that is looked at, from the beginning of a text to its end. */
const parts = `${phrases.map(escapeText).join('|')}|"[A-Za-z]+(?:\\.[a-z]+)?":|${recurring}`;
const partsOfText = new RegExp(parts, 'g');
const partsOfShort = new RegExp(`[\\x01-\\x03].|[\\x04-\\x1d]|${parts}`, 'g');
const hasControls = /[\0-\x1f]/;
const isName = (part: string): boolean => part.endsWith(':');

/** The parts that came first, each once: as many as have a letter. */
const knownParts = ({ parts: known }: Known): string[] => [...new Set(known)].filter((part) => isRecurring.test(part)).slice(0, letters);
/** How a text begins that begins with its record's id. */
const beginningOf = ({ id }: Known): string | undefined => (id === undefined ? undefined : `{"id":${JSON.stringify(id)}`);

/** A JSON text, shorter: what it repeats, and what is known beside it, is there once at most. Other texts stay as they are. */
export function abbreviate(text: string, known: Known): string {
  if (hasControls.test(text)) return `${asItIs}${text}`;
  const seen = new Map(knownParts(known).map((part, at) => [part, at]));
  const beginning = beginningOf(known);
  const hasOwnId = beginning !== undefined && text.startsWith(beginning);
  const shorter = (hasOwnId ? text.slice(beginning.length) : text).replace(partsOfText, (part) => {
    const mark = short.get(part);
    if (mark !== undefined) return mark;
    if (isName(part)) return part;
    const at = seen.get(part);
    if (at !== undefined) return `${repeated}${letterOf(at)}`;
    if (seen.size < letters) seen.set(part, seen.size);
    return part;
  });
  return hasOwnId ? `${ownId}${shorter}` : shorter;
}

/** What `abbreviate` was given. */
export function restore(text: string, known: Known): string {
  if (text.startsWith(asItIs)) return text.slice(1);
  const seen = knownParts(known);
  const hasOwnId = text.startsWith(ownId);
  const longer = (hasOwnId ? text.slice(ownId.length) : text).replace(partsOfShort, (part) => {
    const whole = long.get(part);
    if (whole !== undefined) return whole;
    if (part.startsWith(repeated)) return seen[part.charCodeAt(1) - firstLetter] ?? '';
    if (!isName(part) && seen.length < letters) seen.push(part);
    return part;
  });
  return hasOwnId ? `${beginningOf(known)}${longer}` : longer;
}
