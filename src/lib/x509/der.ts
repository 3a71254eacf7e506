/** The DER types that an X.509 certificate consists of (ITU-T X.690). */

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? (length > 0xffff ? 6 : 4) : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

/** A value: tag, length and content. */
export const der = (tag: number, ...content: Uint8Array[]): Buffer => {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), encodeLength(value.length), value]);
};

export const sequence = (...items: Uint8Array[]): Buffer => der(0x30, ...items);
export const set = (...items: Uint8Array[]): Buffer => der(0x31, ...items);
export const octetString = (content: Uint8Array): Buffer => der(0x04, content);
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer => der(0x03, Buffer.from([unusedBits]), content);
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
export const utf8String = (text: string): Buffer => der(0x0c, Buffer.from(text));
/** A context-specific tag around its content (`[n]` EXPLICIT). */
export const explicit = (number: number, ...content: Uint8Array[]): Buffer => der(0xa0 | number, ...content);
/** A context-specific tag instead of the content's own (`[n]` IMPLICIT, primitive). */
export const implicit = (number: number, content: Uint8Array): Buffer => der(0x80 | number, content);

/** A whole number from its big-endian bytes, kept positive by a leading zero. */
export const integer = (bytes: Uint8Array): Buffer => {
  const trimmed = bytes.subarray(bytes.findIndex((byte, at) => byte !== 0 || at === bytes.length - 1));
  return der(0x02, ...((trimmed[0] ?? 0) & 0x80 ? [Buffer.from([0])] : []), trimmed);
};

export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
};

/** A moment to the second; UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export const time = (at: number): Buffer => {
  const text = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, '');
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
};
