/** The first bytes of images: all that the mock reads of them. */

const size = (width: number, height: number, big: boolean, bytes: number): Buffer => {
  const buffer = Buffer.alloc(2 * bytes);
  for (const [at, value] of [width, height].entries())
    big ? buffer.writeUIntBE(value, at * bytes, bytes) : buffer.writeUIntLE(value, at * bytes, bytes);
  return buffer;
};

export const png = (width: number, height: number): Buffer =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), size(width, height, true, 4), Buffer.from([8, 6, 0, 0, 0])]);

export const gif = (width: number, height: number, version = '89a'): Buffer =>
  Buffer.concat([Buffer.from(`GIF${version}`, 'latin1'), size(width, height, false, 2), Buffer.from([0, 0, 0])]);

/** A JPEG with a comment, and a filling byte, before the frame. */
export const jpeg = (width: number, height: number): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 2, 0xff, 0x01, 0xff, 0xc0, 0, 11, 8]),
    size(height, width, true, 2),
    Buffer.from([1, 1, 0x11, 0]),
  ]);
