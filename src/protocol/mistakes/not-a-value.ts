/** Texts that programs make from values that are not text: always the same, or without a trace of the bytes. */
import type { Diagnosis } from './diagnosis.js';
import { hex, normal, percentDecoded, plainHex, sha256, unwrapped, url } from './pkce-evidence.js';
import { pkceSnippets } from './snippets.js';

interface Kind {
  readonly code: string;
  /** Begins with `the text of` or the like: where the text was found. */
  readonly is: RegExp;
  readonly why: string;
  readonly fix: string;
}

/** Values that are not text, by the text that each language makes of them: JavaScript, Java, C#, Python, Go, Ruby, Dart, Swift, PHP. */
const kinds: readonly Kind[] = [
  {
    code: 'missing_value',
    is: /^(|undefined|null|None|nil|<nil>|NaN|NULL|true|false|Optional\(nil\)|\(null\))$/,
    why: 'This is what a variable without a value turns into. It is the same in every sign-on, so it protects nothing.',
    fix: 'Check where the value is made and where it is read: a misspelt name, a missing await, an empty storage.',
  },
  {
    code: 'bytes_as_list',
    is: /^(\[|\{"type":"Buffer","data":\[)?-?\d{1,3}(([, ]|, )-?\d{1,3}){7,}(\]|\]\})?$|^\{"0":\d{1,3}(,"\d{1,3}":\d{1,3}){7,}\}$|^<Buffer( [0-9a-f]{2})+( \.\.\. \d+ more bytes)?>$|^b'.+'$/s,
    why: 'An array of bytes was turned into text as a list. Encode the bytes themselves in base64url.',
    fix: 'Pass the bytes, not String(bytes) or JSON.stringify(bytes), to the function that encodes base64url.',
  },
  {
    code: 'object_as_text',
    is: /^\[object [A-Za-z0-9_$]+\]$|^\[[BCI]@[0-9a-f]+$|^([a-z_][a-z0-9_]*\.)+[A-Z]\w*(\$\w+)*@[0-9a-f]+$|^System\.[A-Z]\w*(\.\w+)*(\[\])?$|^Instance of '.+'$|^#?<.{1,100}( at |:)0x[0-9a-f]+.*>$|^<built-in method .+>$|^\d+ bytes$|^Array$|^Promise \{.*\}$|^(async )?(function\b.*|\(.*\) ?=>.*)$/s,
    why: 'An object was turned into text, which says nothing about its bytes and is the same in every sign-on. btoa, template strings and + do so with an ArrayBuffer, a typed array, a Blob or a Promise.',
    fix: 'Await a Promise first, then encode the bytes: String.fromCharCode(...new Uint8Array(buffer)) before btoa, or a function that takes bytes.',
  },
];

/** What programs most often hash by mistake: only for these can a hash be recognised. */
const hashedTexts = ['', 'undefined', 'null', 'None', 'nil', 'NaN', 'true', 'false', 'Array'].concat(
  ['Object', 'ArrayBuffer', 'Uint8Array', 'Promise', 'Blob', 'CryptoKey', 'DataView', 'Array', 'Undefined', 'Null'].map(
    (name) => `[object ${name}]`,
  ),
  ['System.Byte[]', 'System.Char[]', 'System.String', '32 bytes'],
);

const text = (encoding: 'base64url' | 'hex', value: string): string => Buffer.from(value, encoding).toString('utf8');

/** A value as it is, or as what it encodes. */
const readings: readonly (readonly [how: string, read: (value: string) => string])[] = [
  ['', (value) => value],
  ['in quotes or white space ', unwrapped],
  ['percent-encoded ', percentDecoded],
  ['base64 of ', (value) => (/^[A-Za-z0-9+/_ -]{4,}=*$/.test(value) ? text('base64url', normal(value)) : value)],
  ['hex of ', (value) => (/^[0-9a-f]+$/.test(plainHex(value)) ? text('hex', plainHex(value)) : value)],
];

const spellings: readonly ((bytes: Buffer) => string)[] = [url, hex];

/** The text behind a value that is not what its author meant; undefined if there is none. */
function textBehind(value: string): { readonly how: string; readonly shown: string; readonly kind: Kind } | undefined {
  // Longer than any list of the 64 bytes of a hash.
  if (value === '' || value.length > 1500) return undefined;
  for (const [how, read] of readings) {
    const behind = read(value);
    const kind = behind === '' ? undefined : kinds.find(({ is }) => is.test(behind));
    if (kind) return { how, shown: behind, kind };
  }
  const [unpadded, digits] = [normal(value), plainHex(value)];
  const hashed = hashedTexts.find((each) => spellings.some((spell) => [unpadded, digits].includes(spell(sha256(each)))));
  const kind = hashed === undefined ? undefined : kinds.find(({ is }) => is.test(hashed));
  return hashed === undefined || !kind ? undefined : { how: 'the SHA-256 of ', shown: hashed, kind };
}

/** Names the text that was sent instead of a challenge or a verifier: `[object ArrayBuffer]`, `undefined`, a list of numbers. */
export function diagnoseNoValue(name: 'challenge' | 'verifier', value: string): Diagnosis | undefined {
  const found = textBehind(value);
  if (!found) return undefined;
  const { how, shown, kind } = found;
  const { code, why, fix } = kind;
  const what = shown === '' ? 'the empty text' : `the text ${JSON.stringify(shown.slice(0, 60))}${shown.length > 60 ? '…' : ''}`;
  return { code, title: `The ${name} is ${how}${what}`, why, fix, snippet: pkceSnippets.javascript, confidence: 'exact' };
}
