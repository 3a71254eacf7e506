// The OP iframe of OpenID Connect Session Management 1.0 §3.3: an application's page asks it, by postMessage, whether the
// session in this browser is still the one it knows. SHA-256 is worked out here, since browsers offer theirs to
// https and localhost only.
(() => {
  const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));
  const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));

  const sha256 = (text) => {
    const bytes = [...new TextEncoder().encode(text)];
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    bytes.push(0, 0, 0, 0, bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255);
    let state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
    for (let at = 0; at < bytes.length; at += 64) {
      const words = [];
      for (let i = 0; i < 64; i += 1) {
        if (i < 16) {
          const [p, q, r, s] = bytes.slice(at + 4 * i, at + 4 * i + 4);
          words.push((p << 24) | (q << 16) | (r << 8) | s);
        } else {
          const [x, y] = [words[i - 15], words[i - 2]];
          const one = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
          const two = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
          words.push((words[i - 16] + one + words[i - 7] + two) | 0);
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const choice = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
        const majority = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        const mixed = (h + choice + constants[i] + words[i]) | 0;
        [a, b, c, d, e, f, g, h] = [(mixed + majority) | 0, a, b, c, (d + mixed) | 0, e, f, g];
      }
      state = [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  };

  const browserState = () => /(?:^|; )OP-BROWSER-STATE=([^;]*)/.exec(document.cookie)?.[1] ?? '';

  addEventListener('message', ({ data, origin, source }) => {
    if (typeof data !== 'string' || !source) return;
    const [, clientId, sessionState, salt] = /^(\S+) ([0-9a-f]+\.(\S+))$/.exec(data) ?? [];
    if (clientId === undefined) return source.postMessage('error', origin);
    const now = `${sha256(`${clientId} ${origin} ${browserState()} ${salt}`)}.${salt}`;
    source.postMessage(now === sessionState ? 'unchanged' : 'changed', origin);
  });
})();
