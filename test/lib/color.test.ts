import t from 'tap';
import { type Color, contrast, isDark, readable, readColor, toHex } from '../../src/lib/color.js';

t.test('a colour of CSS is read, and nothing else', async (t) => {
  const cases: [text: unknown, hex: string | undefined][] = [
    ['#fff', '#ffffff'],
    ['#0CFFFB', '#0cfffb'],
    ['#12345678', '#123456'],
    ['#1234', '#112233'],
    [' rgb(1, 2, 3) ', '#010203'],
    ['rgba(255,0,16,0.5)', '#ff0010'],
    ['rgb(10 20 30 / 0.5)', '#0a141e'],
    ['rgb(256,0,0)', undefined],
    ['rgb(1,2)', undefined],
    ['rgb(10%,20%,30%)', undefined],
    ['#12345', undefined],
    ['red', undefined],
    ['#fff;} body{display:none', undefined],
    ['url(https://example.com)', undefined],
    ['', undefined],
    [undefined, undefined],
    [{}, undefined],
    ['#fff'.padEnd(65), undefined],
  ];
  for (const [text, hex] of cases) {
    const color = readColor(text);
    t.equal(color && toHex(color), hex, String(text).slice(0, 40));
  }
});

t.test('contrast is that of WCAG', async (t) => {
  t.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  t.equal(contrast([119, 119, 119], [255, 255, 255]).toFixed(2), '4.48');
  t.same([isDark([0, 0, 0]), isDark([255, 255, 255]), isDark([38, 57, 86])], [true, false, true]);
});

t.test('a colour that cannot be read is moved until it can', async (t) => {
  const grounds: Color[] = [
    [255, 255, 255],
    [15, 255, 57],
    [38, 57, 86],
    [128, 128, 128],
  ];
  for (const ground of grounds)
    for (const wanted of [...grounds, [104, 111, 119] as const]) {
      const color = readable(wanted, [ground], 4.5);
      t.ok(contrast(color, ground) >= 4.5 || ['#000000', '#ffffff'].includes(toHex(color)), `${toHex(wanted)} on ${toHex(ground)}`);
    }
  t.same(readable([0, 0, 0], [[255, 255, 255]], 4.5), [0, 0, 0], 'one that can be read stays');
});
