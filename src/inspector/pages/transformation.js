/** Draws how a verifier becomes its challenge, byte by byte. */
import { hex, picture } from './bytes.js';
import { h } from './dom.js';
import { base64url, sha256, utf8 } from './pkce.js';

const bits = (byte, length = 8) => byte.toString(2).padStart(length, '0');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const stage = (title, note, ...rest) => h('div.stage', h('p.stage-title', title, ' ', h('small', note)), rest);

const characterBoxes = (bytes, text) =>
  picture(
    'cells',
    `The ${bytes.length} bytes of the text ${text}`,
    Array.from(bytes, (byte) =>
      h('span.cell', h('b', byte > 32 && byte < 127 ? String.fromCharCode(byte) : byte === 32 ? '␠' : '·'), h('i', String(byte))),
    ),
  );

const byteBoxes = (bytes) =>
  picture(
    'cells',
    `In hex: ${Array.from(bytes, hex).join(' ')}`,
    Array.from(bytes, (byte) => h('span.cell.wide', h('b', hex(byte)), h('i', String(byte)))),
  );

/** base64url turns three bytes, 24 bits, into four letters of six bits each. */
const weave = (bytes, text) => {
  const groups = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const three = [...bytes.slice(at, at + 3)];
    const stream = three.map((byte) => bits(byte)).join('');
    const letters = stream.match(/.{1,6}/g);
    groups.push(
      h(
        'div.group',
        h(
          'div.three',
          three.map((byte) => h('span', hex(byte))),
        ),
        h(
          'div.six',
          letters.map((six) => h('span', six, h('u', '0'.repeat(6 - six.length)))),
        ),
        h(
          'div.four',
          letters.map((six) => h('b', alphabet[Number.parseInt(six.padEnd(6, '0'), 2)])),
        ),
      ),
    );
  }
  return picture(
    'weave',
    `The bytes in hex: ${Array.from(bytes, hex).join(' ')}. Their bits, six at a time, are the letters ${text}`,
    groups,
  );
};

/** Text → SHA-256 → base64url, one picture each; `plain` computes nothing. */
export function transformation(verifier, method = 'S256') {
  const bytes = utf8(verifier);
  const ascii = bytes.length === verifier.length;
  const note = `${bytes.length} bytes${ascii ? ', one for each ASCII character' : ' of UTF-8: a verifier must be ASCII'}`;
  const text = stage('1 · The verifier as text', note, characterBoxes(bytes, verifier));
  if (method === 'plain') return h('div.transformation', text, stage('2 · plain', 'nothing is computed: the verifier itself is compared'));
  const place = h('div.transformation', text);
  void sha256(verifier).then((digest) =>
    place.append(
      stage('2 · SHA-256', 'always 32 bytes, in hex over decimal; it cannot be reversed', byteBoxes(digest)),
      stage(
        '3 · base64url',
        '3 bytes = 24 bits = 4 letters of 6 bits; the last 2 bytes become 3 letters: 43 in all, no padding',
        weave(digest, base64url(digest)),
      ),
    ),
  );
  return place;
}
