import fc from 'fast-check';
import t from 'tap';
import { readImageFormat } from '../../src/lib/image-format.js';
import { gif, jpeg, png } from '../helpers/images.js';

t.test('the size of an image is read from its first bytes', async (t) => {
  t.same(readImageFormat(png(901, 300)), { type: 'png', width: 901, height: 300 });
  t.same(readImageFormat(gif(5, 7)), { type: 'gif', width: 5, height: 7 });
  t.same(readImageFormat(gif(5, 7, '87a')), { type: 'gif', width: 5, height: 7 });
  t.same(readImageFormat(jpeg(640, 480)), { type: 'jpg', width: 640, height: 480 });
  t.same(readImageFormat(new Uint8Array(png(1, 2))), { type: 'png', width: 1, height: 2 });
});

t.test('an image of another format, or without any area, has no format', async (t) => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('<svg/>'),
    png(0, 3),
    gif(3, 0),
    gif(3, 3, '90a'),
    Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
  ])
    t.equal(readImageFormat(bytes), undefined, bytes.toString('latin1').slice(0, 8));
  const whole = [png(9, 9), gif(9, 9), jpeg(9, 9)];
  for (const image of whole) t.equal(readImageFormat(image.subarray(0, 9)), undefined, 'cut off');
});

t.test('no bytes keep the reader busy or make it fail', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom('', '\x89PNG\r\n\x1a\n', 'GIF89a', '\xff\xd8'), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      const format = readImageFormat(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
      return format === undefined || format.width > 0;
    }),
  );
  t.pass();
});
