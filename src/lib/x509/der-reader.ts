/** Reads DER and BER, as far as certificates and PKCS #12 files need it (ITU-T X.690). */

export interface DerNode {
  readonly tag: number;
  /** The bytes after tag and length. */
  readonly content: Uint8Array;
  /** All bytes, tag and length included. */
  readonly whole: Uint8Array;
  /** The values inside a constructed one. */
  children(): DerNode[];
  /** One of the children; throws if there is none. */
  at(index: number): DerNode;
}

/** Thrown on malformed or unexpected input. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

const deepest = 32;

/** Far more than a file with keys or certificates has; to read each takes time. */
export const mostItems = 20_000;

/** How many values may still be read. */
export interface DerLimit {
  left: number;
}

/** The limit of a file, for all that is read of it. */
export const derLimit = (): DerLimit => ({ left: mostItems });

function readNode(bytes: Uint8Array, depth: number, limit: DerLimit): DerNode {
  limit.left -= 1;
  if (limit.left < 0) throw new DerError(`the file has too many values: at most ${mostItems} are read`);
  const tag = bytes[0];
  const first = bytes[1];
  // Tags of several bytes do not occur in these formats.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > deepest) throw new DerError('not DER');
  let at = 2;
  let length = first;
  if (first === 0x80) return readIndefinite(bytes, tag, depth, limit);
  if (first > 0x80) {
    const size = first & 0x7f;
    if (size > 4 || bytes.length < 2 + size) throw new DerError('length is malformed');
    length = bytes.subarray(2, 2 + size).reduce((sum, byte) => sum * 256 + byte, 0);
    at += size;
  }
  if (bytes.length < at + length) throw new DerError('too short');
  return node(tag, bytes.subarray(at, at + length), bytes.subarray(0, at + length), depth, limit);
}

/** A BER value of indefinite length, which ends with two zeros (X.690 §8.1.3.6). */
function readIndefinite(bytes: Uint8Array, tag: number, depth: number, limit: DerLimit): DerNode {
  let at = 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += readNode(bytes.subarray(at), depth + 1, limit).whole.length;
  return node(tag, bytes.subarray(2, at), bytes.subarray(0, at + 2), depth, limit);
}

function node(tag: number, content: Uint8Array, whole: Uint8Array, depth: number, limit: DerLimit): DerNode {
  let read: DerNode[] | undefined;
  const children = () => {
    if (read) return read;
    const found: DerNode[] = [];
    if ((tag & 0x20) === 0) return found;
    for (let at = 0; at < content.length; ) {
      const child = readNode(content.subarray(at), depth + 1, limit);
      found.push(child);
      at += child.whole.length;
    }
    read = found;
    return found;
  };
  const at = (index: number) => {
    const child = children()[index];
    if (!child) throw new DerError('a value is missing');
    return child;
  };
  return { tag, content, whole, children, at };
}

/** Reads a value. What is within a file is read with the file's `limit`; by default it has one of its own. */
export const readDer = (bytes: Uint8Array, limit = derLimit()): DerNode => readNode(bytes, 0, limit);

/** The content of an octet string, which BER may split into parts. */
export const bytesOf = (found: DerNode): Uint8Array =>
  (found.tag & 0x20) === 0 ? found.content : Buffer.concat(found.children().map(bytesOf));

/** A small whole number. */
export function numberOf({ tag, content }: DerNode): number {
  if (tag !== 0x02 || content.length === 0 || content.length > 5) throw new DerError('not a small number');
  return content.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** An object identifier in dotted form. */
export function identifierOf({ tag, content }: DerNode): string {
  if (tag !== 0x06 || content.length === 0) throw new DerError('not an identifier');
  const [first = 0, ...rest] = content;
  const parts = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
  let value = 0;
  for (const byte of rest) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  return parts.join('.');
}
