import { createHash, randomBytes, randomFillSync } from 'node:crypto';

/** The one source of randomness: ids, codes, secrets. */
export interface Random {
  bytes(length: number): Buffer;
  /** A version 4 UUID, lower case. */
  uuid(): string;
  /** A version 1 UUID for a moment, as PingOne's key ids are. */
  uuidV1(at: number): string;
  /** Characters of an alphabet, each equally likely. */
  text(length: number, alphabet: string): string;
}

const digits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const dash = '-'.charCodeAt(0);

/** Built in one piece, as is `text` below: a concatenated text keeps its parts, and ids make up most of the memory. */
function formatUuid(bytes: Uint8Array, start = 0, text = Buffer.alloc(36)): string {
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text[at++] = dash;
    const byte = bytes[start + index] as number;
    text[at++] = digits[byte >> 4] as number;
    text[at++] = digits[byte & 15] as number;
  }
  return text.toString('latin1');
}

/** Sets what makes sixteen bytes, beginning at `start`, a version 4 UUID (RFC 9562 §5.4). */
function markRandom(value: Uint8Array, start = 0): Uint8Array {
  value[start + 6] = ((value[start + 6] as number) & 0x0f) | 0x40;
  value[start + 8] = ((value[start + 8] as number) & 0x3f) | 0x80;
  return value;
}

const fromBytes = (bytes: Random['bytes']): Random => ({
  bytes,
  uuid: () => formatUuid(markRandom(bytes(16))),
  uuidV1(at) {
    const value = bytes(16);
    // Steps of 100 ns since the Gregorian reform (RFC 9562 §5.1).
    const ticks = BigInt(at) * 10_000n + 0x01b2_1dd2_1381_4000n;
    value.writeUInt32BE(Number(ticks & 0xffff_ffffn), 0);
    value.writeUInt16BE(Number((ticks >> 32n) & 0xffffn), 4);
    value.writeUInt16BE(Number((ticks >> 48n) & 0x0fffn) | 0x1000, 6);
    value[8] = ((value[8] as number) & 0x3f) | 0x80;
    return formatUuid(value);
  },
  text(length, alphabet) {
    const limit = 256 - (256 % alphabet.length);
    const text = Buffer.alloc(length);
    let at = 0;
    while (at < length)
      for (const byte of bytes(length)) if (byte < limit && at < length) text[at++] = alphabet.charCodeAt(byte % alphabet.length);
    return text.toString('latin1');
  },
});

/** The system's randomness, drawn in blocks: one call for many ids. */
export function createRandom(): Random {
  const block = Buffer.alloc(4096);
  let used = block.length;
  const text = Buffer.alloc(36);
  /** Where the next bytes of the block start: they are the caller's only until the next call. */
  const draw = (length: number): number => {
    if (used + length > block.length) {
      randomFillSync(block);
      used = 0;
    }
    used += length;
    return used - length;
  };
  const bytes = (length: number): Buffer => {
    if (length > block.length) return randomBytes(length);
    const start = draw(length);
    return Buffer.from(block.subarray(start, start + length));
  };
  const uuid = (): string => {
    const start = draw(16);
    return formatUuid(markRandom(block, start), start, text);
  };
  return { ...fromBytes(bytes), uuid };
}

/** The same ids in the same order for the same seed, for snapshot tests. Never for real secrets. */
export function createSeededRandom(seed: string): Random {
  let count = 0;
  let rest = Buffer.alloc(0);
  return fromBytes((length) => {
    while (rest.length < length) {
      rest = Buffer.concat([rest, createHash('sha256').update(`${count}:${seed}`).digest()]);
      count += 1;
    }
    const taken = Buffer.from(rest.subarray(0, length));
    rest = rest.subarray(length);
    return taken;
  });
}
