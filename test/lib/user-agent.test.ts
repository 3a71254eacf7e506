import t from 'tap';
import { readUserAgent } from '../../src/lib/user-agent.js';

const cases = [
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:103.0) Gecko/20100101 Firefox/103.0',
    { browser: { name: 'Firefox', version: '103.0' }, operatingSystem: { name: 'Mac OS X', version: '10.15' }, device: { type: 'Mac' } },
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
    { browser: { name: 'Edge', version: '143.0.0.0' }, operatingSystem: { name: 'Windows', version: '10.0' }, device: { type: 'Other' } },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    { browser: { name: 'Mobile Safari', version: '18.1' }, operatingSystem: { name: 'iOS', version: '18.1' }, device: { type: 'iPhone' } },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    { browser: { name: 'Safari', version: '18.1' }, operatingSystem: { name: 'Mac OS X', version: '10.15.7' }, device: { type: 'Mac' } },
  ],
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36',
    { browser: { name: 'Chrome', version: '143.0.0.0' }, operatingSystem: { name: 'Android', version: '14' }, device: { type: 'Android' } },
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/143.0.0.0 Safari/537.36',
    {
      browser: { name: 'Chrome', version: '143.0.0.0' },
      operatingSystem: { name: 'Linux', version: undefined },
      device: { type: 'Other' },
    },
  ],
  ['curl/8.5.0', { browser: { name: 'curl', version: '8.5.0' }, device: { type: 'Other' } }],
  ['lightMyRequest', { browser: { name: 'lightMyRequest', version: undefined }, device: { type: 'Other' } }],
  ['()', undefined],
  ['', undefined],
] as const;

t.test('a User-Agent header names browser, operating system and device', (t) => {
  for (const [text, expected] of cases) t.same(readUserAgent(text), expected, text);
  t.end();
});
