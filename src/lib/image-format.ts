/** What the first bytes of an image say about it. Sizes are in pixels. */
export interface ImageFormat {
  readonly type: 'png' | 'jpg' | 'gif';
  readonly width: number;
  readonly height: number;
}

const startsWith = (bytes: Buffer, text: string): boolean => bytes.subarray(0, text.length).toString('latin1') === text;

/** PNG (ISO 15948 §5.2 and §11.2.2): the chunk IHDR comes first. */
function readPng(bytes: Buffer): ImageFormat | undefined {
  if (bytes.length < 24 || !startsWith(bytes, '\x89PNG\r\n\x1a\n') || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** GIF87a and GIF89a: the logical screen follows the signature. */
function readGif(bytes: Buffer): ImageFormat | undefined {
  if (bytes.length < 10 || !(startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a'))) return undefined;
  return { type: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** Whether a marker of a JPEG begins a frame, which has the size: 0xC0 to 0xCF without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** JPEG (ITU T.81 B.2): segments, each with its length, up to the one that begins the frame. */
function readJpeg(bytes: Buffer): ImageFormat | undefined {
  if (!startsWith(bytes, '\xff\xd8')) return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff) return undefined;
    if (isFrame(marker)) return { type: 'jpg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    // A filling byte, and markers without a segment.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return undefined;
}

/** The format and the size of a PNG, JPEG or GIF, by its contents; undefined for anything else, and for an image without any area. */
export function readImageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const format = readPng(buffer) ?? readGif(buffer) ?? readJpeg(buffer);
  return format && format.width > 0 && format.height > 0 ? format : undefined;
}
